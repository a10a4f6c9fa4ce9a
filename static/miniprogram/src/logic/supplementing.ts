/** A 续报, 更正 or 结束 while it is written: what is kept, and what becomes of it when somebody else was faster. */

import type { Accident } from '../services/shapes'
import { CHANGEABLE, type Changeable } from './draft'

export type Act = 'update' | 'correct' | 'close'

export interface Writing {
  act: Act
  /** The version that it was begun from, and what stood there. */
  version: number
  base: Changeable
  values: Changeable
  note: string
}

const TITLES: Record<(typeof CHANGEABLE)[number], string> = {
  what: '概况', place: '地点', happened_at: '发生时间', category: '类别', deaths: '死亡', serious_injuries: '重伤',
  minor_injuries: '轻伤', missing: '下落不明', direct_loss_wan: '直接损失', measures: '已采取的措施',
}

const pick = (facts: Changeable): Changeable => Object.fromEntries(CHANGEABLE.map((name) => [name, facts[name] ?? null])) as unknown as Changeable

/** A new one, from the accident as it stands. */
export function begun(accident: Accident, act: Act): Writing {
  return { act, version: accident.version, base: pick(accident), values: pick(accident), note: '' }
}

/** True when anything was typed. */
export function isWritten(writing: Writing): boolean {
  return Boolean(writing.note.trim()) || CHANGEABLE.some((name) => writing.values[name] !== writing.base[name])
}

/**
 * The same on top of what stands now: what I did not touch is taken over, what I typed stays. `clashes` are the
 * titles of what both have changed, each in another way.
 */
export function rebased(writing: Writing, accident: Accident): { writing: Writing; clashes: string[] } {
  const now = pick(accident)
  const mine = CHANGEABLE.filter((name) => writing.values[name] !== writing.base[name])
  const clashes = mine.filter((name) => now[name] !== writing.base[name] && now[name] !== writing.values[name])
  const kept = Object.fromEntries(mine.map((name) => [name, writing.values[name]]))
  const values = { ...now, ...kept } as Changeable
  return { writing: { ...writing, version: accident.version, base: now, values }, clashes: clashes.map((name) => TITLES[name]) }
}
