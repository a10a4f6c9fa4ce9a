/**
 * The rules of the queue of scans (X01): what is sent when, and what an answer does to an item.
 *
 * Pure: knows no network and no storage. Times are the phone's, in ms.
 */

import { isFinal, type Problem } from './problems'
import type { ClockIn, Place } from '../services/shapes'

export interface Scan {
  /** Idempotency-Key: the same for every try, so the server books it once. */
  key: string
  person: { id: string; name: string }
  unit: { id: string; name: string }
  qr: string
  /** ISO 8601 with offset, the phone's clock. */
  scannedAt: string
  place: Place | null
  /** `waiting` will be sent; `failed` was refused for good and waits to be seen. */
  state: 'waiting' | 'failed'
  tries: number
  /** Not before this time (ms). */
  dueAt: number
  problem: Problem | null
}

const WAITS = [2, 5, 10, 20, 40, 60, 120, 300]

/** Seconds until the next try after `tries` tries: 2 s, growing to 5 minutes. */
export function backoff(tries: number): number {
  return WAITS[Math.min(Math.max(tries, 1), WAITS.length) - 1]
}

/** The waiting scan of the same thing by the same person on the same day: a second scan is the same act. */
export function sameAct(items: Scan[], scan: Pick<Scan, 'person' | 'unit' | 'qr' | 'scannedAt'>): Scan | undefined {
  return items.find(
    (item) =>
      item.state === 'waiting' &&
      item.qr === scan.qr &&
      item.person.id === scan.person.id &&
      item.unit.id === scan.unit.id &&
      item.scannedAt.slice(0, 10) === scan.scannedAt.slice(0, 10),
  )
}

/**
 * Scans that go out now, oldest first. `hurry` ignores the waits (network came back, app came to the front), but not
 * a wait that the server has asked for.
 */
export function due(items: Scan[], personId: string, now: number, hurry = false): Scan[] {
  return items
    .filter((item) => item.state === 'waiting' && item.person.id === personId)
    .filter((item) => item.dueAt <= now || (hurry && !item.problem?.retryAfter))
    .sort((a, b) => (a.scannedAt < b.scannedAt ? -1 : 1))
}

export type Answer = { ok: true; record: ClockIn } | { ok: false; problem: Problem }

/** What is left of an item after an answer: null when it is booked, else the item as it is kept. */
export function afterAnswer(item: Scan, answer: Answer, now: number): Scan | null {
  if (answer.ok) return null
  const { problem } = answer
  if (isFinal(problem)) return { ...item, state: 'failed', tries: item.tries + 1, problem }
  const wait = Math.max(backoff(item.tries + 1), problem.retryAfter ?? 0)
  return { ...item, tries: item.tries + 1, dueAt: now + wait * 1000, problem }
}

/** True when the answer to the one says that the next would fare the same, so the round ends. */
export function endsRound(problem: Problem): boolean {
  return !isFinal(problem)
}

/** The scans that this person made on this day. */
export function madeOn(items: Scan[], personId: string, day: string): Scan[] {
  return items.filter((item) => item.person.id === personId && item.scannedAt.slice(0, 10) === day)
}

/** The numbers that home shows. */
export function tally(items: Scan[]): { waiting: number; failed: number } {
  const waiting = items.filter((item) => item.state === 'waiting').length
  return { waiting, failed: items.length - waiting }
}

/** True when the text is one that a queue can work with; anything else in storage is left alone. */
export function isScan(value: unknown): value is Scan {
  const scan = value as Scan | null
  return Boolean(scan && typeof scan === 'object' && scan.key && scan.qr && scan.person?.id && scan.unit?.id && scan.scannedAt)
}
