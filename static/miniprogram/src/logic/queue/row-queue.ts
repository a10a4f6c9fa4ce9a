/** A new row of a ledger in the queue (X01): its word goes first, then its photos, each once. */

import type { Held } from './queue'
import type { Problem } from '../problems'
import type { LedgerField, Values } from '../../services/shapes/ledgers'

export interface NewRow extends Held {
  kind: 'row'
  madeAt: string
  ledger: { name: string; title: string; noun: string }
  /** What the form asked, as it stood: what is sent is made from it when it goes. */
  fields: LedgerField[]
  /** What was filled in, as the form holds it: it goes back there when the server says no. */
  values: Values
  /** Photos on this phone that the server does not have yet; they follow when the row is there. */
  photos: { id: string; refused: boolean }[]
  /** Its first words, to be known by. */
  label: string
  /** The row that it became; empty until it has arrived. */
  made: string
}

export const isRow = (item: { kind?: string }): item is NewRow => item.kind === 'row'

/** The photo that goes next; null when none is left. */
export const nextRowPhoto = (item: NewRow): string | null => item.photos.find(({ refused }) => !refused)?.id ?? null

/** What is left of one that has arrived as the row `made`: null when no photo is left to send. */
export function rowArrived(item: NewRow, made: string): NewRow | null {
  return item.photos.length ? { ...item, made, tries: 0, dueAt: 0, problem: null } : null
}

/**
 * What is left after a photo is decided. `problem` null: it has arrived; else it was refused for good, which lets the
 * others through and is shown in the end.
 */
export function afterRowPhoto(item: NewRow, photo: string, problem: Problem | null): NewRow | null {
  const photos = problem
    ? item.photos.map((each) => (each.id === photo ? { ...each, refused: true } : each))
    : item.photos.filter(({ id }) => id !== photo)
  if (!photos.length) return null
  const left = { ...item, photos, problem: problem ?? item.problem, tries: 0, dueAt: 0 }
  return nextRowPhoto(left) === null ? { ...left, state: 'failed' } : left
}

/** One that has arrived, with other photos for those that were refused. */
export const rowWithOthers = (item: NewRow, photos: string[]): NewRow => ({
  ...item,
  photos: photos.map((id) => ({ id, refused: false })),
  state: 'waiting',
  problem: null,
  tries: 0,
  dueAt: 0,
  seen: false,
})

/** A row belongs to the unit for which it was written: it goes out while one works for that unit. */
export const mayGo = (item: { kind?: string }, unit: string): boolean => !isRow(item) || item.unit.id === unit

/** What a row is called while it waits: the first thing that was written. */
export function labelOf(fields: LedgerField[], values: Values): string {
  const written = fields.find(({ kind, name }) => (kind === 'text' || kind === 'longtext') && values[name])
  return written ? String(values[written.name]).trim().slice(0, 60) : ''
}

/** Whether a stored value is one of these. */
export const isWholeRow = (item: NewRow): boolean =>
  Boolean(item.ledger?.name && item.madeAt && item.values && Array.isArray(item.fields) && Array.isArray(item.photos))

/** What the list of its ledger says of it. */
export const rowStands = (item: NewRow): string =>
  item.state === 'failed' ? (item.made ? '照片未收下' : '未成功') : item.made ? '照片待发送' : '待发送'
