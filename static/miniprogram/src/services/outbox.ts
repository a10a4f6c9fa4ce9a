/**
 * The queue of scans on this phone (X01).
 *
 * Every scan is written down before it is sent and goes only when the server has spoken. Each has its own storage
 * key, so that two tabs, or a phone that dies while writing, cannot lose the others.
 */

import { reactive } from 'vue'
import { afterAnswer, due, endsRound, isScan, sameAct, type Answer, type Scan } from '../logic/queue'
import { isoLocal } from '../logic/moments'
import { clockIn } from './door'
import { newKey } from './keys'
import { Refused } from './http'
import { noAnswer } from '../logic/problems'
import * as store from './store'
import { passwordIsDue, session } from '../state/session'
import type { ClockIn, Place, Ref } from './shapes'

const SHELF = 'queue.'
const PATIENCE = 8_000

export const outbox = reactive<{
  items: Scan[]
  /** Keys under way now. */
  sending: string[]
  /** What became of the scans of this run of the app, for the result page. */
  booked: Record<string, ClockIn>
  /** False when the phone's storage refused an item: it lives only as long as the page. */
  safe: boolean
}>({ items: load(), sending: [], booked: store.get('booked') ?? {}, safe: true })

const listeners: ((record: ClockIn) => void)[] = []

/** Be told of every clock-in that the server has booked. */
export function onBooked(listener: (record: ClockIn) => void): void {
  listeners.push(listener)
}

/** Write a scan down. Gives its key; the same act twice gives the same key. */
export function writeDown(qr: string, unit: Ref, place: Place | null, now = Date.now()): string {
  const person = { id: session.person?.id ?? '', name: session.person?.name ?? '' }
  const scannedAt = isoLocal(now)
  const there = sameAct(outbox.items, { person, unit, qr, scannedAt })
  if (there) return there.key
  const scan: Scan = {
    key: newKey(now),
    person,
    unit: { id: unit.id, name: unit.name },
    qr,
    scannedAt,
    place,
    state: 'waiting',
    tries: 0,
    dueAt: now,
    problem: null,
  }
  replace(scan.key, scan)
  return scan.key
}

/** Send one scan now. Resolves when there is an answer or patience is over. */
export async function sendOne(key: string): Promise<void> {
  const item = outbox.items.find((each) => each.key === key)
  if (!item || item.state !== 'waiting' || outbox.sending.includes(key)) return
  // Another person may have signed in since: a scan goes out under the name of who made it, or not at all.
  if (!session.token || item.person.id !== session.person?.id) return
  outbox.sending.push(key)
  try {
    settle(item, await answerTo(item))
  } finally {
    outbox.sending = outbox.sending.filter((each) => each !== key)
  }
}

/** Send what is due, oldest first, until the network or the server says stop. */
export async function flush(hurry = false): Promise<void> {
  if (!session.token || session.mustChangePassword || outbox.sending.length) return
  outbox.items = merged()
  for (const item of due(outbox.items, session.person?.id ?? '', Date.now(), hurry)) {
    await sendOne(item.key)
    const left = outbox.items.find((each) => each.key === item.key)
    if (left?.problem && endsRound(left.problem)) return
  }
}

/** Take a refused scan off the list: the person has seen it. */
export function dismiss(key: string): void {
  const item = outbox.items.find((each) => each.key === key)
  if (item?.state === 'failed') replace(key, null)
}

async function answerTo(item: Scan): Promise<Answer> {
  const body = { qr: item.qr, unit: item.unit.id, scanned_at: item.scannedAt, place: item.place }
  try {
    const record = await clockIn(item.key, { ...body, sent_at: isoLocal(Date.now()) }, PATIENCE)
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
  replace(item.key, afterAnswer(item, answer, Date.now()))
}

function remember(key: string, record: ClockIn): void {
  const last = Object.entries(outbox.booked).slice(-9)
  outbox.booked = Object.fromEntries([...last, [key, record]])
  store.put('booked', outbox.booked)
}

/** The one place where an item is written, changed or taken away. */
function replace(key: string, item: Scan | null): void {
  const others = outbox.items.filter((each) => each.key !== key)
  outbox.items = item ? [...others, item] : others
  if (item) outbox.safe = store.put(SHELF + key, item)
  else store.drop(SHELF + key)
}

function load(): Scan[] {
  return store
    .keys(SHELF)
    .map((key) => store.get<unknown>(key))
    .filter(isScan)
}

/** What is stored (another tab may have added or sent some) and what storage refused to take. */
function merged(): Scan[] {
  const stored = load()
  const unsafe = outbox.safe ? [] : outbox.items.filter((item) => !stored.some((each) => each.key === item.key))
  return [...stored, ...unsafe]
}
