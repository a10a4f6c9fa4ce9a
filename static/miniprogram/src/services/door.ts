/** Every route of the phone door, one function each. All throw Refused. */

import { call, fetchPicture, upload, type Upload } from './http'
import { bearer, signedOut } from '../state/session'
import type { Binding, Certificate, ClockIn, Labelled, NewSession, Page, Place, Ref, SessionView, Today, Unit } from './shapes'
import type { Accident, AnswerWord, Colleague, Messages, Options, ReportBody } from './shapes'
import { isAccident, isClockIn } from './shapes'
import { Refused, type Method } from './http'
import { noAnswer, signInNeeded } from '../logic/problems'
import { query } from '../logic/links'

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
  const body = { provider: 'password', login, password, device }
  return (await call({ method: 'POST', path: '/session', body })).body as NewSession
}

/** Turn the ticket of a card's link, good once and for a minute, into a session. */
export async function enterWith(ticket: string, device: string): Promise<NewSession> {
  const body = { provider: 'ticket', ticket, device }
  return (await call({ method: 'POST', path: '/session', body })).body as NewSession
}

export const readSession = () => ask<SessionView>('GET', '/session')
export const endSession = () => ask<null>('DELETE', '/session')
export const changePassword = (current: string, fresh: string) =>
  ask<SessionView>('POST', '/password', { current, new: fresh })
export const chooseUnit = (unit: string) => ask<{ units: Unit[] }>('PUT', '/unit', { unit })
export const findUnits = (q: string) => ask<{ items: Ref[] }>('GET', `/units${query({ q })}`)
export const applyTo = (unit: string, note: string) =>
  ask<Binding>('POST', '/bindings', note ? { unit, note } : { unit })
export const readBindings = () => ask<{ items: Binding[] }>('GET', '/bindings')
export const readToday = (unit?: string) => ask<Today>('GET', `/today${query({ unit })}`)
export const readLabel = (code: string) => ask<Labelled>('GET', `/labels/${code}`)
export const readCertificates = () => ask<{ items: Certificate[] }>('GET', '/certificates')
export const readMonth = (month: string, unit?: string) =>
  ask<{ month: string; days: { day: string; count: number }[] }>('GET', `/clock-ins/calendar${query({ month, unit })}`)
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

/** What differs, by the names of the facts, and the version that it was made from. */
type Change = Record<string, string | number | boolean | null> & { version: number; note?: string; correction?: boolean }

const accidentAt = (id: string, rest = '') => `/accidents/${encodeURIComponent(id)}${rest}`
export const readAccident = async (id: string) => accidentIn(await asMe({ method: 'GET', path: accidentAt(id) }))
export const updateAccident = async (id: string, body: Change) =>
  accidentIn(await asMe({ method: 'PUT', path: accidentAt(id), body }))
export const closeAccident = async (id: string, closing: string) =>
  accidentIn(await asMe({ method: 'POST', path: accidentAt(id, '/closing'), body: { closing } }))
export const doDuty = async (id: string, sequence: number, note: string) =>
  accidentIn(await asMe({ method: 'POST', path: accidentAt(id, `/duties/${sequence}`), body: { note } }))
export const answerAccident = (id: string, answer: AnswerWord, timeout?: number) =>
  asMe({ method: 'POST', path: accidentAt(id, '/answers'), body: { answer }, timeout })
export const readOptions = (unit?: string) => ask<Options>('GET', `/accidents/options${query({ unit })}`)
export const findColleagues = (q: string, unit?: string) =>
  ask<{ items: Colleague[] }>('GET', `/accidents/people${query({ q, unit })}`)

export type PhotoLedger = 'accidents' | 'hazards' | 'tasks' | 'errands'

/** Send a photo; to an accident that is there, or before there is anything (`ledger` says for what). Gives its id. */
export async function sendPhoto(
  photo: Pick<Upload, 'file' | 'progress'>,
  key: string,
  where: { accident?: string; ledger?: PhotoLedger } = {},
): Promise<string> {
  const path = where.accident ? accidentAt(where.accident, '/photos') : `/photos${query({ ledger: where.ledger })}`
  const headers = { 'Idempotency-Key': key }
  const reply = await withToken((token) => upload({ ...photo, path, token, headers }))
  const id = (reply.body as { id?: unknown } | null)?.id
  if (typeof id !== 'string' || !id) throw new Refused(noAnswer('unreadable', reply.status))
  return id
}

/** A photo of an accident, to be drawn; empty when it could not be fetched. */
export const readPicture = (path: string) => fetchPicture(path, bearer())

function accidentIn(reply: { status: number; body: unknown }): Accident {
  if (!isAccident(reply.body)) throw new Refused(noAnswer('unreadable', reply.status))
  return reply.body
}

export const readMessages = ({ show, ...asked }: { show: 'all' | 'unread' | 'waiting'; cursor?: string; limit?: number }) =>
  ask<Messages>('GET', `/messages${query({ ...asked, ...(show === 'all' ? {} : { [show]: 'true' }) })}`)
export const countUnread = () => ask<{ unread: number }>('GET', '/messages/count')
export const markRead = (which: { ids: string[] } | { all: true }) => ask<{ unread: number }>('POST', '/messages/read', which)
