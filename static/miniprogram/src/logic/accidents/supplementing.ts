/** A 续报, 更正 or 结束 while it is written: what is kept, and what becomes of it when somebody else was faster. */

import type { Accident } from '../../services/shapes/door'
import type { GridNode } from '../../services/shapes/grid'
import { CHANGEABLE, pathOf, sameFact, type Changeable } from './draft'

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
  what: '概况',
  grid: '网格',
  site: '厂站',
  place: '地点',
  lng: '经度',
  lat: '纬度',
  happened_at: '发生时间',
  category: '类别',
  deaths: '死亡',
  serious_injuries: '重伤',
  minor_injuries: '轻伤',
  missing: '下落不明',
  direct_loss_wan: '直接损失',
  measures: '已采取的措施',
  equipment: '涉及的特种设备',
  situations: '特种设备情形',
  leader_told_at: '负责人接报时间',
  needs: '现场需要',
}

const pick = (facts: Changeable): Changeable =>
  Object.fromEntries(CHANGEABLE.map((name) => [name, facts[name] ?? null])) as unknown as Changeable

/** A new one, from the accident as it stands. */
export function begun(accident: Accident, act: Act): Writing {
  return { act, version: accident.version, base: pick(accident), values: pick(accident), note: '' }
}

/** True when anything was typed. */
export function isWritten(writing: Writing): boolean {
  return Boolean(writing.note.trim()) || CHANGEABLE.some((name) => !sameFact(name, writing.values, writing.base))
}

/**
 * The same on top of what stands now: what I did not touch is taken over, what I typed stays. `clashes` are the
 * titles of what both have changed, each in another way.
 */
export function rebased(writing: Writing, accident: Accident): { writing: Writing; clashes: string[] } {
  const now = pick(accident)
  const mine = CHANGEABLE.filter((name) => !sameFact(name, writing.values, writing.base))
  const clashes = mine.filter((name) => !sameFact(name, now, writing.base) && !sameFact(name, now, writing.values))
  const kept = Object.fromEntries(mine.map((name) => [name, writing.values[name]]))
  const values = { ...now, ...kept } as Changeable
  return {
    writing: { ...writing, version: accident.version, base: now, values },
    clashes: clashes.map((name) => TITLES[name]),
  }
}

/**
 * What follows from another place of the grid: its words, with what I have written besides; its site; its position,
 * unless one was told of the very spot. Words that were told of an earlier place of the grid go with it.
 */
export function placed(
  { values, base }: Writing,
  node: GridNode,
): Pick<Changeable, 'grid' | 'place' | 'site' | 'lng' | 'lat'> {
  const chosen = { id: node.id, name: node.where }
  const spot = !base.grid && base.lng !== null ? base : node
  return {
    grid: chosen,
    place: pathOf(chosen, besides(values, base)),
    site: node.site ?? base.site,
    lng: spot.lng,
    lat: spot.lat,
  }
}
function besides({ grid, place }: Changeable, base: Changeable): string {
  if (!grid) return place.trim()
  if (place === base.place) return ''
  const path = pathOf(grid)
  return place.trim().startsWith(path) ? place.trim().slice(path.length).replace(/^ · /, '') : place.trim()
}

/** No place of the grid after all: the words stay for who wrote them to change, the rest is as it was. */
export const unplaced = ({ site, lng, lat }: Changeable): Pick<Changeable, 'grid' | 'site' | 'lng' | 'lat'> => ({
  grid: null,
  site,
  lng,
  lat,
})
