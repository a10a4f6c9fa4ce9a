/**
 * The queue on this phone (X01): scans, accident reports with their photos, answers, 随手拍, decisions, rows of ledgers.
 *
 * Everything is written down before it is sent and goes only when the server has spoken. Each has its own storage
 * key, so that two tabs, or a phone that dies while writing, cannot lose the others.
 */

import { reactive } from 'vue'
import {
  afterAnswer,
  due,
  endsRound,
  isItem,
  isReply,
  isReport,
  lacksPhotos,
  sameAct,
  spare,
  withOthers,
  type Answer,
  type Item,
  type Reply,
  type Report,
  type Scan,
} from '../../logic/queue/queue'
import type { DraftPhoto } from '../../logic/accidents/draft'
import { isoLocal } from '../../logic/moments'
import { decisionPhotos, isDecision, type Decision } from '../../logic/queue/decision-queue'
import { isRow, labelOf, mayGo, type NewRow } from '../../logic/queue/row-queue'
import { isSnap, type Snap, type SnapPhoto } from '../../logic/queue/snap-queue'
import { clockIn } from '../doors/door'
import { carryReply, carryReport, type Reported } from './reporting'
import { carryDecision } from './deciding'
import { carryRow } from './row-carrying'
import { carrySnap } from './snapping'
import { newKey } from '../storage/keys'
import { Refused } from '../doors/http'
import { noAnswer } from '../../logic/problems'
import * as photos from '../pictures/photos'
import * as store from '../storage/store'
import { phoneNow } from '../../state/clock'
import { currentUnit, passwordIsDue, session } from '../../state/session'
import type { Accident, AnswerWord, ClockIn, Colleague, Place, Ref, ReportBody } from '../shapes/door'
import type { Hazard, SnapBody } from '../shapes/tasks'

const SHELF = 'queue.'
const PATIENCE = 8_000

export const outbox = reactive<{
  items: Item[]
  /** Keys under way now. */
  sending: string[]
  /** What became of the scans of this run of the app, for the result page. */
  booked: Record<string, ClockIn>
  /** What became of the reports, for the page that says 已上报. */
  reported: Record<string, Reported>
  /** What became of the 随手拍 of this run of the app. */
  snapped: Record<string, Hazard>
  /** The rows that new ones of this run of the app became, by key. */
  entered: Record<string, string>
  /** False when the phone's storage refused an item: it lives only as long as the page. */
  safe: boolean
}>({
  items: load(),
  sending: [],
  booked: store.get('booked') ?? {},
  reported: store.get('reported') ?? {},
  snapped: store.get('snapped') ?? {},
  entered: {},
  safe: true,
})

const unitNow = () => currentUnit.value?.id ?? ''

const listeners: ((record: ClockIn) => void)[] = []

/** Be told of every clock-in that the server has booked. */
export function onBooked(listener: (record: ClockIn) => void): void {
  listeners.push(listener)
}

/** What every item has that is written down now, by who is signed in. */
export function heldBy(key: string, unit: Ref, now: number) {
  const person = { id: session.person?.id ?? '', name: session.person?.name ?? '' }
  return {
    key,
    person,
    unit: { id: unit.id, name: unit.name },
    state: 'waiting' as const,
    tries: 0,
    dueAt: now,
    problem: null,
  }
}

/** Write a scan down. Gives its key; the same act twice gives the same key. */
export function writeDown(qr: string, unit: Ref, place: Place | null, now = phoneNow()): string {
  const scannedAt = isoLocal(now)
  const held = heldBy(newKey(now), unit, now)
  const there = sameAct(outbox.items, { ...held, qr, scannedAt })
  if (there) return there.key
  replace(held.key, { ...held, qr, scannedAt, place })
  return held.key
}

/** Write an accident report down, with its photos: those that the server has are named in `body`. Gives its key. */
export function writeReport(
  body: ReportBody,
  unit: Ref,
  taken: DraftPhoto[],
  chosen: Colleague[] = [],
  named: Pick<Report, 'grid' | 'equipment'> = {},
  now = phoneNow(),
): string {
  const held = heldBy(newKey(now, 'report'), unit, now)
  const waiting = taken.filter(({ remote }) => !remote).map(({ id }) => ({ id, refused: false }))
  const sent = taken.flatMap(({ id, remote }) => (remote ? [{ id, remote }] : []))
  replace(held.key, {
    ...held,
    kind: 'report',
    madeAt: isoLocal(now),
    body,
    photos: waiting,
    sent,
    chosen,
    ...named,
    accident: null,
  })
  return held.key
}

/** Write photos down that belong to an accident which has been reported. Gives their key. */
export function writePhotos(accident: Accident, unit: Ref, photoIds: string[], now = phoneNow()): string {
  const held = heldBy(newKey(now, 'report'), unit, now)
  const {
    what,
    place,
    happened_at,
    category,
    deaths,
    serious_injuries,
    minor_injuries,
    missing,
    direct_loss_wan,
    measures,
    lng,
    lat,
  } = accident
  const facts = {
    what,
    place,
    happened_at,
    category,
    deaths,
    serious_injuries,
    minor_injuries,
    missing,
    direct_loss_wan,
    measures,
    lng,
    lat,
  }
  const body: ReportBody = {
    ...facts,
    company: accident.company.id,
    site: accident.site?.id ?? null,
    grid: accident.grid?.id ?? null,
    photos: [],
    receivers: null,
  }
  const waiting = photoIds.map((id) => ({ id, refused: false }))
  replace(held.key, {
    ...held,
    kind: 'report',
    madeAt: isoLocal(now),
    body,
    photos: waiting,
    accident: { id: accident.id, number: accident.number },
  })
  return held.key
}

/** Write an answer down; one that waits for the same accident gives way to it. Gives its key. */
export function writeAnswer(accident: Reply['accident'], unit: Ref, answer: AnswerWord, now = phoneNow()): string {
  const held = heldBy(newKey(now, 'answer'), unit, now)
  const before = waitingAnswer(accident.id)
  if (before) replace(before.key, null)
  replace(held.key, { ...held, kind: 'answer', madeAt: isoLocal(now), accident, answer })
  return held.key
}

/** Write a 随手拍 down. `body.photos` are filled in when it goes. Gives its key. */
export function writeSnap(
  body: SnapBody,
  unit: Ref,
  kept: Omit<SnapPhoto, 'refused'>[],
  where: string,
  now = phoneNow(),
): string {
  const held = heldBy(newKey(now, 'snap'), unit, now)
  const waiting = kept.map((photo) => ({ ...photo, refused: false }))
  replace(held.key, {
    ...held,
    kind: 'snap',
    madeAt: isoLocal(now),
    body,
    photos: waiting,
    where,
    renewed: false,
    hazard: null,
  })
  return held.key
}

/** Write a new row of a ledger down; once more under its key it takes the place of what was refused. */
export function writeRow(
  made: Pick<NewRow, 'key' | 'ledger' | 'fields' | 'values' | 'made'> & { photos: string[] },
  unit: Ref,
  now = phoneNow(),
): void {
  const { key, photos: taken, ...row } = made
  replace(key, {
    ...heldBy(key, unit, now),
    ...row,
    kind: 'row',
    madeAt: isoLocal(now),
    photos: taken.map((id) => ({ id, refused: false })),
    label: labelOf(row.fields, row.values),
  })
}

/** My answer to an accident that has not been sent yet. */
export function waitingAnswer(accident: string): Reply | undefined {
  const mine = (item: Reply) => item.accident.id === accident && item.person.id === session.person?.id
  return outbox.items.filter(isReply).find((item) => item.state === 'waiting' && mine(item))
}

/** Send one item now. Resolves when there is an answer or patience is over. */
export async function sendOne(key: string): Promise<void> {
  const item = outbox.items.find((each) => each.key === key)
  if (!item || item.state !== 'waiting' || outbox.sending.includes(key)) return
  // Another person may have signed in since: an item goes out under the name of who made it, or not at all.
  if (!session.token || item.person.id !== session.person?.id || !mayGo(item, unitNow())) return
  outbox.sending.push(key)
  try {
    await carry(item)
  } finally {
    outbox.sending = outbox.sending.filter((each) => each !== key)
  }
}

/** Send what is due, oldest first, until the network or the server says stop. */
export async function flush(hurry = false): Promise<void> {
  if (!session.token || session.mustChangePassword || outbox.sending.length) return
  outbox.items = merged()
  const here = outbox.items.filter((item) => mayGo(item, unitNow()))
  for (const item of due(here, session.person?.id ?? '', phoneNow(), hurry)) {
    await sendOne(item.key)
    const left = outbox.items.find((each) => each.key === item.key)
    if (left?.problem && endsRound(left.problem)) return
  }
}

/** Take what was refused off the list: the person has seen it. Gives it, so that it can be mended. */
export function dismiss(key: string): Item | null {
  const item = outbox.items.find((each) => each.key === key)
  if (item?.state !== 'failed') return null
  replace(key, null)
  return item
}

/** Put other photos in the place of those that were refused: what was said has arrived, and they follow it. */
export function sendOthers(key: string, taken: string[]): void {
  const item = outbox.items.find((each) => each.key === key)
  if (!item || !lacksPhotos(item) || !taken.length) return
  item.photos.forEach(({ id }) => photos.forget(id))
  replace(key, withOthers(item, taken))
}

async function carry(item: Item): Promise<void> {
  if (isReport(item)) return reported(item)
  if (isReply(item)) return answered(item)
  if (isSnap(item)) return snapped(item)
  if (isDecision(item)) return decided(item)
  if (isRow(item)) return entered(item)
  settle(item, await answerTo(item))
}

/** Step by step, each written down: what has arrived is never sent again. */
function reported(item: Report): Promise<void> {
  return carryReport(item, (step) => {
    if (step.reported) rememberReport(item.key, step.reported)
    spare(item, step.left).forEach((id) => photos.forget(id))
    replace(item.key, step.left)
  })
}

/** Its photos stay on the phone until the server has spoken about the whole. */
function snapped(item: Snap): Promise<void> {
  return carrySnap(item, ({ left, hazard }) => {
    if (hazard) {
      outbox.snapped = Object.fromEntries([...Object.entries(outbox.snapped).slice(-4), [item.key, hazard]])
      store.put('snapped', outbox.snapped)
      item.photos.forEach(({ id }) => photos.forget(id))
    }
    replace(item.key, left)
  })
}

/** What was written, and its photos, stay on the phone until the server has taken them or the person lets them go. */
function decided(item: Decision): Promise<void> {
  return carryDecision(item, ({ left, task }) => {
    if (task && !left) decisionPhotos(item).forEach((id) => photos.forget(id))
    replace(item.key, left)
  })
}

/** What was written, and its photos, stay on the phone until the server has taken them or the person lets them go. */
function entered(item: NewRow): Promise<void> {
  return carryRow(item, (left, row) => {
    if (row) outbox.entered = { ...outbox.entered, [item.key]: row }
    const needed = new Set(left?.photos.map(({ id }) => id))
    item.photos.filter(({ id }) => !needed.has(id)).forEach(({ id }) => photos.forget(id))
    replace(item.key, left)
  })
}

async function answered(item: Reply): Promise<void> {
  const left = await carryReply(item)
  // A newer answer may have taken its place meanwhile.
  if (outbox.items.some((each) => each.key === item.key)) replace(item.key, left)
}

function rememberReport(key: string, report: Reported): void {
  const last = Object.entries(outbox.reported).slice(-4)
  outbox.reported = Object.fromEntries([...last, [key, report]])
  store.put('reported', outbox.reported)
}

async function answerTo(item: Scan): Promise<Answer> {
  const body = { qr: item.qr, unit: item.unit.id, scanned_at: item.scannedAt, place: item.place }
  try {
    const record = await clockIn(item.key, { ...body, sent_at: isoLocal(phoneNow()) }, PATIENCE)
    // A repeat because our first answer got lost is still this very scan, not "already clocked in".
    const itself = Date.parse(record.scanned_at) === Date.parse(item.scannedAt)
    return { ok: true, record: { ...record, created: record.created || itself } }
  } catch (error) {
    return { ok: false, problem: error instanceof Refused ? error.problem : noAnswer('unreadable') }
  }
}

function settle(item: Scan, answer: Answer): void {
  if (answer.ok) {
    remember(item.key, answer.record)
    listeners.forEach((listener) => listener(answer.record))
  } else if (answer.problem.code === 'must_change_password') passwordIsDue()
  replace(item.key, afterAnswer(item, answer, phoneNow()))
}

function remember(key: string, record: ClockIn): void {
  const last = Object.entries(outbox.booked).slice(-9)
  outbox.booked = Object.fromEntries([...last, [key, record]])
  store.put('booked', outbox.booked)
}

/** The one place where an item is written, changed or taken away. */
export function replace(key: string, item: Item | null): void {
  const others = outbox.items.filter((each) => each.key !== key)
  outbox.items = item ? [...others, item] : others
  if (item) outbox.safe = store.put(SHELF + key, item)
  else store.drop(SHELF + key)
}

function load(): Item[] {
  return store
    .keys(SHELF)
    .map((key) => store.get<unknown>(key))
    .filter(isItem)
}

/** What is stored (another tab may have added or sent some) and what storage refused to take. */
function merged(): Item[] {
  const stored = load()
  const unsafe = outbox.safe ? [] : outbox.items.filter((item) => !stored.some((each) => each.key === item.key))
  return [...stored, ...unsafe]
}
