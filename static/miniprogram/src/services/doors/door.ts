/** Every route of the phone door, one function each. All throw Refused. */

import type { DutyDone, Machine } from '../shapes/legal'
import { call, fetchPicture, upload, type Upload } from './http'
import { bearer, signedOut } from '../../state/session'
import type { Answered } from '../account/invitations'
import type {
  Binding,
  ChangedSession,
  ClockIn,
  Labelled,
  NewSession,
  Page,
  Place,
  Ref,
  SessionView,
  Today,
  Unit,
  UnitToday,
} from '../shapes/door'
import type { MySession } from '../shapes/session'
import type { ChatAccount, ChatOffer, TieCode, Visitor } from '../shapes/door'
import type { SamePlace } from '../../logic/accidents/accident'
import type { Accident, AnswerWord, Colleague, Messages, Options, Receipt, ReportBody } from '../shapes/door'
import { isAccident, isClockIn } from '../shapes/door'
import { Refused, type Method } from './http'
import { noAnswer, signInNeeded } from '../../logic/problems'
import { query } from '../../logic/links'
import { orSeen } from '../storage/kept'
import { picture } from '../pictures/picture-shelf'
import { get, put } from '../storage/store'

/** Ask as who is signed in and give the answer's body. */
export async function ask<T>(method: Method, path: string, body?: unknown): Promise<T> {
  return (await asMe({ method, path, body })).body as T
}

/** The same with status and headers. */
export const asMe = (request: Parameters<typeof call>[0]) => withToken((token) => call({ ...request, token }))

async function withToken<T>(send: (token: string | null) => Promise<T>): Promise<T> {
  const token = bearer()
  try {
    return await send(token)
  } catch (error) {
    // Only the token that was refused is thrown away: a new one may have come while the answer was under way.
    if (error instanceof Refused && signInNeeded(error.problem) && token === bearer()) signedOut('expired')
    throw error
  }
}

/** Sign in with phone number and password. */
export async function signIn(login: string, password: string, device: string): Promise<NewSession> {
  const body = { provider: 'password', login, password, device, ...knownDevice() }
  return remembered((await call({ method: 'POST', path: '/session', body })).body as NewSession)
}

/**
 * What an earlier sign-in left on this phone, kept beyond the sign-out: whoever else tries, its holder gets in here.
 */
function knownDevice(): { known_device?: string } {
  const kept = get<string>('device')
  return kept ? { known_device: kept } : {}
}

function remembered<T extends { known_device?: string | null }>(answer: T): T {
  if (answer.known_device) put('device', answer.known_device)
  return answer
}

/** Turn the ticket of a card's link, good once and for a minute, into a session. */
export async function enterWith(ticket: string, device: string): Promise<NewSession> {
  const body = { provider: 'ticket', ticket, device }
  return (await call({ method: 'POST', path: '/session', body })).body as NewSession
}

/** The rest of a sign-in that asked for a second factor: a code, or the first set-up. */
const half = async <T>(path: string, body: unknown) =>
  (await call({ method: 'POST', path: `/session/second-factor${path}`, body })).body as T
export const sendCode = async (token: string, code: string) =>
  remembered(await half<NewSession>('', { token, code, ...knownDevice() }))
export const firstOffer = (token: string) => half<{ secret: string; uri: string }>('/offer', { token })
export async function enrol(token: string, code: string) {
  const body = { token, code, ...knownDevice() }
  const answer = await half<{ session: NewSession; recovery_codes: string[] }>('/enrolment', body)
  remembered(answer.session)
  return answer
}

export const readSessions = () => ask<{ items: MySession[] }>('GET', '/sessions')
export const endOneSession = (id: string) => ask<null>('DELETE', `/sessions/${encodeURIComponent(id)}`)
export const endOtherSessions = () => ask<{ ended: number }>('DELETE', '/sessions')

/** Whose the ticket is, before anybody who is signed in here is replaced by them. */
export const visitorOf = async (ticket: string) =>
  (await call({ method: 'POST', path: '/session/visitor', body: { ticket }, token: bearer() })).body as Visitor

/** End a session that is no longer used here. */
export const endSessionOf = (token: string) => call({ method: 'DELETE', path: '/session', token })

/** The chat account that the chat has opened here, to be tied by signing in. */
export const readOffer = async () => (await call({ method: 'GET', path: '/chat-ties/pending' })).body as ChatOffer
export const takeOffer = () => ask<{ items: ChatAccount[] }>('POST', '/chat-ties', {})
export const readChats = () => ask<{ items: ChatAccount[] }>('GET', '/chat-ties')
export const showTieCode = () => ask<TieCode>('POST', '/chat-ties/code', {})
export const untieChat = (id: string) => ask<{ items: ChatAccount[] }>('DELETE', `/chat-ties/${encodeURIComponent(id)}`)

export const readSession = () => ask<SessionView>('GET', '/session')
export const endSession = () => ask<null>('DELETE', '/session')
/** Without `current` for who has just come from the group's chat app. */
export const changePassword = async (current: string | null, fresh: string) => {
  const body = current === null ? { new: fresh } : { current, new: fresh }
  return remembered(await ask<ChangedSession>('POST', '/password', { ...body, ...knownDevice() }))
}
/** Somebody invited sets a password of their own, which makes the account; `login` where the phone's is taken. */
export const acceptInvitation = async (fresh: string, login: string | null) => {
  const body = login === null ? { new: fresh } : { new: fresh, login }
  return remembered(await ask<ChangedSession>('POST', '/password', { ...body, ...knownDevice() }))
}
/** Somebody invited proves that the account of that name is theirs, by its own password. */
export const joinAccount = async (password: string) =>
  remembered(await ask<ChangedSession>('POST', '/session/join', { password, ...knownDevice() }))
/** Is it me, whom a unit has on its list? With its code one is in at once. */
export const answerUnit = (question: string, mine: boolean, secret: string) =>
  ask<Answered>('POST', `/questions/${encodeURIComponent(question)}`, { mine, secret })
export const chooseUnit = (unit: string) => ask<{ units: Unit[] }>('PUT', '/unit', { unit })
export const findUnits = (q: string) => ask<{ items: Ref[] }>('GET', `/units${query({ q })}`)
export const applyTo = (unit: string, note: string) =>
  ask<Binding>('POST', '/bindings', note ? { unit, note } : { unit })
export const readBindings = () => ask<{ items: Binding[] }>('GET', '/bindings')
export const readToday = (unit?: string) => ask<Today>('GET', `/today${query({ unit })}`)
export const readUnitToday = (unit: string) => orSeen('unit-today', unit, () => ask<UnitToday>('GET', '/unit-today'))
export const readLabel = (code: string) => ask<Labelled>('GET', `/labels/${code}`)
export const readMonth = (month: string, unit?: string) =>
  ask<{ month: string; days: { day: string; count: number; late: number }[] }>(
    'GET',
    `/clock-ins/calendar${query({ month, unit })}`,
  )
export const readClockIns = (asked: { from: string; to: string; unit?: string; cursor?: string; limit?: number }) =>
  ask<Page<ClockIn>>('GET', `/clock-ins${query(asked)}`)

export interface ClockInBody {
  qr: string
  unit: string
  scanned_at: string
  place: Place | null
  sent_at: string
}

/** Book one scan. `key` is its Idempotency-Key. A 2xx that is no clock-in counts as no answer. */
export async function clockIn(key: string, body: ClockInBody, timeout: number): Promise<ClockIn> {
  const headers = { 'Idempotency-Key': key }
  const reply = await asMe({ method: 'POST', path: '/clock-ins', body, headers, timeout })
  if (!isClockIn(reply.body)) throw new Refused(noAnswer('unreadable', reply.status))
  return { ...reply.body, created: reply.status === 201 }
}

/** Report an accident (G02). `key` is its Idempotency-Key. A 2xx that is no accident counts as no answer. */
export async function reportAccident(key: string, body: ReportBody, timeout: number): Promise<Accident> {
  const headers = { 'Idempotency-Key': key }
  return accidentIn(await asMe({ method: 'POST', path: '/accidents', body, headers, timeout }))
}

/** A report by somebody who is not signed in: gives its number and nothing else. */
export async function reportUnsigned(key: string, body: ReportBody, timeout: number): Promise<Receipt> {
  const headers = { 'Idempotency-Key': key }
  return (await call({ method: 'POST', path: '/accidents/unsigned', body, headers, timeout })).body as Receipt
}
/** 我马上到 (`received`) or 已在现场, to a call for help. */
export const answerCall = (id: string, answer: 'received' | 'on_site') =>
  ask<Accident>('POST', accidentAt(id, '/coming'), { answer })

/** What differs, by the names of the facts, and the version that it was made from. */
type Change = Record<string, string | number | boolean | null> & {
  version: number
  note?: string
  correction?: boolean
}

const accidentAt = (id: string, rest = '') => `/accidents/${encodeURIComponent(id)}${rest}`
export const readAccident = async (id: string) => accidentIn(await asMe({ method: 'GET', path: accidentAt(id) }))
/** Open reports of the same place; asked before a report goes, so it waits for no slow network. */
export const findSamePlace = async (body: ReportBody) =>
  (await asMe({ method: 'POST', path: '/accidents/same-place', body, timeout: 2500 })).body as { items: SamePlace[] }
/** What a further witness says, added to the first report. */
export const addToAccident = async (id: string, body: ReportBody) =>
  accidentIn(await asMe({ method: 'POST', path: accidentAt(id, '/additions'), body }))
export const tellAll = async (id: string) =>
  accidentIn(await asMe({ method: 'POST', path: accidentAt(id, '/telling'), body: {} }))
export const updateAccident = async (id: string, body: Change) =>
  accidentIn(await asMe({ method: 'PUT', path: accidentAt(id), body }))
export const closeAccident = async (id: string, closing: string) =>
  accidentIn(await asMe({ method: 'POST', path: accidentAt(id, '/closing'), body: { closing } }))
export const doDuty = async (id: string, sequence: number, done: DutyDone) =>
  accidentIn(await asMe({ method: 'POST', path: accidentAt(id, `/duties/${sequence}`), body: { ...done } }))
export const answerAccident = (id: string, answer: AnswerWord, timeout?: number) =>
  asMe({ method: 'POST', path: accidentAt(id, '/answers'), body: { answer }, timeout })
/** For one in whose stead I was told; it counts for that one alone. */
export const answerInstead = (id: string, notice: string) =>
  ask<Accident>('POST', accidentAt(id, `/stands-for/${encodeURIComponent(notice)}`), {})
export const readOptions = (unit?: string) => ask<Options>('GET', `/accidents/options${query({ unit })}`)
export const findColleagues = (q: string, unit?: string) =>
  ask<{ items: Colleague[] }>('GET', `/accidents/people${query({ q, unit })}`)

/** Equipment that an accident may name: by part of its name or number, or by what was read from a label. */
export const findEquipment = (asked: { q?: string; scan?: string; unit?: string }) =>
  ask<{ items: Machine[]; node: Machine['node']; elsewhere?: boolean }>('GET', `/accidents/equipment${query(asked)}`)

export type PhotoLedger = 'accidents' | 'hazards' | 'tasks' | 'errands'

/** A row of a ledger, to which a photo is attached. */
export interface RowOf {
  ledger: string
  id: string
}
const rowPhotos = ({ ledger, id }: RowOf) =>
  `/ledgers/${encodeURIComponent(ledger)}/${encodeURIComponent(id)}/attachments`

/** Send a photo; to an accident that is there, or before there is anything (`ledger` says for what). Gives its id. */
export async function sendPhoto(
  photo: Pick<Upload, 'file' | 'progress'>,
  key: string,
  where: { accident?: string; ledger?: PhotoLedger; row?: RowOf } = {},
): Promise<string> {
  const path = where.row
    ? rowPhotos(where.row)
    : where.accident
      ? accidentAt(where.accident, '/photos')
      : `/photos${query({ ledger: where.ledger })}`
  const headers = { 'Idempotency-Key': key }
  const reply = await withToken((token) => upload({ ...photo, path, token, headers }))
  const id = (reply.body as { id?: unknown } | null)?.id
  if (typeof id !== 'string' || !id) throw new Refused(noAnswer('unreadable', reply.status))
  return id
}

export type Size = 'full' | 'screen' | 'thumbnail'
/** A photo, to be drawn; fetched once. Empty when it did not come. */
export const readPicture = (path: string, size: Size) => {
  const address = size === 'full' ? path : `${path}${query({ size })}`
  return picture(address, () => fetchPicture(address, bearer()))
}

function accidentIn(reply: { status: number; body: unknown }): Accident {
  if (!isAccident(reply.body)) throw new Refused(noAnswer('unreadable', reply.status))
  return reply.body
}

export const readMessages = ({
  show,
  ...asked
}: {
  show: 'all' | 'unread' | 'waiting'
  cursor?: string
  limit?: number
}) => ask<Messages>('GET', `/messages${query({ ...asked, ...(show === 'all' ? {} : { [show]: 'true' }) })}`)
export const countUnread = () => ask<{ unread: number }>('GET', '/messages/count')
export const markRead = (which: { ids: string[] } | { all: true }) =>
  ask<{ unread: number }>('POST', '/messages/read', which)
