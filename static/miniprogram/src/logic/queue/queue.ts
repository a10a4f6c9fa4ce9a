/**
 * The rules of the queue (X01): what is sent when, and what an answer does to an item.
 *
 * Scans, accident reports with their photos, answers to a report, 随手拍, decisions and new rows of ledgers wait in one
 * queue. Pure: knows no network and no storage. Times are the phone's, in ms.
 */

import { isFinal, type Problem } from '../problems'
import { decisionPhotos, isDecision, type Decision } from './decision-queue'
import { isRow, isWholeRow, rowWithOthers, type NewRow } from './row-queue'
import { isSnap, snapWithOthers, type Snap } from './snap-queue'
import type { Machine } from '../../services/shapes/legal'
import type { Accident, AnswerWord, ClockIn, Colleague, Place, Ref, ReportBody } from '../../services/shapes/door'

export interface Held {
  /** Idempotency-Key: the same for every try, so the server books it once. */
  key: string
  person: Ref
  unit: Ref
  /** `waiting` will be sent; `failed` was refused for good and waits to be seen. */
  state: 'waiting' | 'failed'
  tries: number
  /** Not before this time (ms). */
  dueAt: number
  problem: Problem | null
  /** Refused for good, and read: it need not be told again. */
  seen?: boolean
}

export interface Scan extends Held {
  /** Scans of before the other kinds came have none. */
  kind?: 'scan'
  qr: string
  /** ISO 8601 with offset, the phone's clock. */
  scannedAt: string
  place: Place | null
}

export interface Report extends Held {
  kind: 'report'
  madeAt: string
  /** As it stood when 立即上报 was pressed; a repeat must say the very same. */
  body: ReportBody
  /** Photos on this phone that the server does not have yet; they follow when the report has arrived. */
  photos: { id: string; refused: boolean }[]
  /** Photos that the server had when it was pressed; they stay on the phone until the report has arrived with them. */
  sent?: { id: string; remote: string }[]
  /** The receivers with their names, so that a refused report goes back into the form whole. */
  chosen?: Colleague[]
  /** The place of the grid with its path, for the same reason. */
  grid?: Ref | null
  equipment?: Machine | null
  /** What the report became; null until it has arrived. */
  accident: { id: string; number: string } | null
}

export interface Reply extends Held {
  kind: 'answer'
  madeAt: string
  accident: { id: string; title: string }
  answer: AnswerWord
}

export type Item = Scan | Report | Reply | Snap | Decision | NewRow

export const isReport = (item: Item): item is Report => item.kind === 'report'
export const isReply = (item: Item): item is Reply => item.kind === 'answer'
export const isScan = (item: Item): item is Scan =>
  !isReport(item) && !isReply(item) && !isSnap(item) && !isDecision(item) && !isRow(item)

/** When the person did it, ISO 8601. */
export const doneAt = (item: Item): string => (isScan(item) ? item.scannedAt : item.madeAt)

const WAITS = [2, 5, 10, 20, 40, 60, 120, 300]
/** An accident does not wait five minutes for the next try. */
const URGENT = 10

/** Seconds until the next try after `tries` tries: 2 s, growing to 5 minutes. */
export function backoff(tries: number): number {
  return WAITS[Math.min(Math.max(tries, 1), WAITS.length) - 1]
}

/** The waiting scan of the same thing by the same person on the same day: a second scan is the same act. */
export function sameAct(items: Item[], scan: Pick<Scan, 'person' | 'unit' | 'qr' | 'scannedAt'>): Scan | undefined {
  return items
    .filter(isScan)
    .find(
      (item) =>
        item.state === 'waiting' &&
        item.qr === scan.qr &&
        item.person.id === scan.person.id &&
        item.unit.id === scan.unit.id &&
        item.scannedAt.slice(0, 10) === scan.scannedAt.slice(0, 10),
    )
}

/**
 * What goes out now: accidents first, then the oldest. `hurry` ignores the waits (network came back, app came to the
 * front), but not a wait that the server has asked for.
 */
export function due(items: Item[], personId: string, now: number, hurry = false): Item[] {
  return items
    .filter((item) => item.state === 'waiting' && item.person.id === personId)
    .filter((item) => item.dueAt <= now || (hurry && !item.problem?.retryAfter))
    .sort((a, b) => rank(a) - rank(b) || (doneAt(a) < doneAt(b) ? -1 : 1))
}

/** The word of an accident goes before its pictures: those are large and may take all the signal there is. */
function rank(item: Item): number {
  if (isReport(item)) return item.accident ? 3 : 0
  if (isSnap(item)) return 4
  if (isDecision(item)) return decisionPhotos(item).length ? 4 : 2
  if (isRow(item)) return item.made ? 4 : 2
  return isReply(item) ? 1 : 2
}

export type Answer = { ok: true; record: ClockIn } | { ok: false; problem: Problem }

/** What is left of a scan after an answer: null when it is booked, else the item as it is kept. */
export function afterAnswer(item: Scan, answer: Answer, now: number): Scan | null {
  return answer.ok ? null : refusedOnce(item, answer.problem, now)
}

/** An item after a try that did not do it: refused for good, or waiting for the next. */
export function refusedOnce<T extends Item>(item: T, problem: Problem, now: number): T {
  if (isFinal(problem)) return { ...item, state: 'failed', tries: item.tries + 1, problem }
  const most = isReport(item) || isReply(item) ? URGENT : Infinity
  const wait = Math.max(Math.min(backoff(item.tries + 1), most), problem.retryAfter ?? 0)
  return { ...item, tries: item.tries + 1, dueAt: now + wait * 1000, problem }
}

/**
 * What is left of a report that has arrived: null when no photo is left to send. One that lay with the server for too
 * long is gone there (`photos_gone`), and goes once more from the phone.
 */
export function arrived(item: Report, accident: Accident & { photos_gone?: string[] }): Report | null {
  const gone = (item.sent ?? []).filter(({ remote }) => accident.photos_gone?.includes(remote))
  const photos = [...item.photos, ...gone.map(({ id }) => ({ id, refused: false }))]
  if (!photos.length) return null
  return {
    ...item,
    accident: { id: accident.id, number: accident.number },
    photos,
    sent: [],
    tries: 0,
    dueAt: 0,
    problem: null,
  }
}

/** The photos on the phone that nobody needs any more, once a report became `left`. */
export function spare(before: Report, left: Report | null): string[] {
  const needed = new Set([...(left?.photos ?? []), ...(left?.sent ?? [])].map(({ id }) => id))
  return [...before.photos, ...(before.sent ?? [])].map(({ id }) => id).filter((id) => !needed.has(id))
}

/** The photo that goes next; null when none is left. */
export function nextPhoto(item: Report): string | null {
  return item.photos.find(({ refused }) => !refused)?.id ?? null
}

/**
 * What is left of an arrived report after a try to send one of its photos. `problem` null: it has arrived. A photo
 * that is refused for good lets the others through and is shown in the end; null when nothing is left.
 */
export function afterPhoto(item: Report, photo: string, problem: Problem | null, now: number): Report | null {
  if (problem && !isFinal(problem)) return refusedOnce(item, problem, now)
  const photos = problem
    ? item.photos.map((each) => (each.id === photo ? { ...each, refused: true } : each))
    : item.photos.filter((each) => each.id !== photo)
  if (!photos.length) return null
  const left = { ...item, photos, problem: problem ?? item.problem, dueAt: 0, tries: 0 }
  return nextPhoto(left) === null ? { ...left, state: 'failed' } : left
}

/** True when the answer to the one says that the next would fare the same, so the round ends. */
export function endsRound(problem: Problem): boolean {
  return !isFinal(problem)
}

/** The scans that this person made on this day. */
export function madeOn(items: Item[], personId: string, day: string): Item[] {
  return items.filter((item) => isScan(item) && item.person.id === personId && item.scannedAt.slice(0, 10) === day)
}

/** Answers that no other try changes: not allowed, gone, done by somebody. */
const OVER = [403, 404, 409]

/** True for what was refused and can be mended and sent again; the rest only waits to be read. */
export function mends(item: Item): boolean {
  if (item.state !== 'failed') return false
  if (isReport(item)) return !item.accident
  if (isSnap(item)) return !item.hazard
  if (isRow(item)) return !item.made
  return isDecision(item) && !OVER.includes(item.problem?.status ?? 0)
}

/** True for what has arrived, but for photos that were refused: others can be sent for them, or none. */
export function lacksPhotos(item: Item): item is Report | Snap | NewRow {
  if (item.state !== 'failed' || OVER.includes(item.problem?.status ?? 0)) return false
  if (isRow(item)) return item.made !== ''
  return (isReport(item) && item.accident !== null) || (isSnap(item) && item.hazard !== null)
}

/** The same with other photos for those that were refused, to be sent. */
export function withOthers(item: Report | Snap | NewRow, photos: string[]): Report | Snap | NewRow {
  if (isRow(item)) return rowWithOthers(item, photos)
  if (isSnap(item)) return snapWithOthers(item, photos)
  const again = photos.map((id) => ({ id, refused: false }))
  return { ...item, photos: again, state: 'waiting', problem: null, tries: 0, dueAt: 0, seen: false }
}

/** The numbers that home shows: what waits, what can still be sent (`failed`), what was refused and not read yet. */
export function tally(items: Item[]): { waiting: number; failed: number; refused: number } {
  const failed = items.filter(mends).length
  const waiting = items.filter((item) => item.state === 'waiting').length
  return {
    waiting,
    failed,
    refused: items.filter((item) => item.state === 'failed' && !mends(item) && !item.seen).length,
  }
}

/** True when the value is one that a queue can work with; anything else in storage is left alone. */
export function isItem(value: unknown): value is Item {
  const item = value as Item | null
  if (!item || typeof item !== 'object' || !item.key || !item.person?.id) return false
  if (isReport(item)) return Boolean(item.body?.what && item.madeAt && Array.isArray(item.photos))
  if (isReply(item)) return Boolean(item.accident?.id && item.answer && item.madeAt)
  if (isSnap(item)) return Boolean(item.body?.found_at && item.madeAt && Array.isArray(item.photos))
  if (isRow(item)) return isWholeRow(item)
  if (isDecision(item)) return Boolean(item.task?.id && item.outcome?.key && item.writing?.photos && item.madeAt)
  return Boolean(item.qr && item.unit?.id && item.scannedAt)
}
