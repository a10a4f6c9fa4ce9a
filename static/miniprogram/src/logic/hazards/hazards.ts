/** A hazard in plain words: its signs, what happened to it, what may be asked. */

import { sayMoment } from '../moments'
import type { NamedPicture } from '../../services/shapes/about'
import type { Hazard, Photo, Told } from '../../services/shapes/tasks'

/** The sign of its state: what is over, what waits, what came to nothing. */
export function markOf(hazard: Pick<Hazard, 'state' | 'overdue'>): 'good' | 'wait' | 'bad' | 'none' {
  if (hazard.overdue) return 'bad'
  if (hazard.state === 'closed') return 'good'
  return ['rejected', 'withdrawn'].includes(hazard.state) ? 'none' : 'wait'
}

/** The tone of its tag. */
export const toneOf = (hazard: Pick<Hazard, 'state' | 'overdue'>): string =>
  ({ good: 'good', wait: 'warn', bad: 'bad', none: '' })[markOf(hazard)]

const INNER = ['状态', '补传', '来源', '问题描述', '整改完成时间', '闭环时间']

/** What a line of the timeline changed, as people say it; what everybody sees anyway is left out. */
export function sayChanges(told: Told, today: string): string[] {
  return told.changes
    .filter(({ title, new: now }) => now && !INNER.includes(title))
    .map(({ title, new: now }) => `${title}：${/^\d{4}-\d\d-\d\dT/.test(now ?? '') ? sayMoment(now, today) : now}`)
}

/** The timeline without what says the same twice: 发起 beside 上报, 已完成 beside the last decision. */
export function worthTelling<T extends Pick<Told, 'title' | 'comment' | 'at'>>(items: T[]): T[] {
  return items.filter(
    (item, at) =>
      !(item.title === '发起' && items[at - 1]?.title === '上报') &&
      !(item.title === '已完成' && !item.comment && at > 0 && items[at - 1].at === item.at),
  )
}

/** Its photos, each named: how it was and how it is first, then what was sent back. */
export function namedPhotos(
  hazard: Pick<Hazard, 'photos_before' | 'photos_after' | 'photos_returned'>,
): NamedPicture[] {
  const named = (list: Photo[], name: string) => list.map((one) => ({ ...one, name }))
  const before = named(hazard.photos_before, hazard.photos_after.length ? '整改前' : '现场')
  const after = named(hazard.photos_after, '整改后')
  return [
    ...before.slice(0, 1),
    ...after.slice(0, 1),
    ...before.slice(1),
    ...after.slice(1),
    ...named(hazard.photos_returned, '上次整改后'),
  ]
}

/** The facts as rows. */
export function hazardFacts(hazard: Hazard, today: string): { name: string; value: string }[] {
  const rows = [
    { name: '位置', value: hazard.where },
    { name: '等级', value: hazard.level_text ?? '' },
    { name: '判定标准', value: hazard.criterion_said ?? '' },
    {
      name: '上报',
      value: [hazard.reporter?.name, sayMoment(hazard.found_at ?? hazard.reported_at, today)]
        .filter(Boolean)
        .join('，'),
    },
    { name: '判定说明', value: hazard.reason ?? '' },
    { name: '整改人', value: hazard.rectifier?.name ?? '' },
    { name: '整改措施', value: hazard.measures ?? '' },
    { name: '整改期限', value: sayMoment(hazard.due_at, today) },
    { name: '整改情况', value: hazard.result ?? '' },
    { name: '复核意见', value: hazard.review_note ?? '' },
    { name: '编号', value: hazard.number },
  ]
  return rows.filter(({ value }) => value)
}
