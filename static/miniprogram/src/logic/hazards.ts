/** A hazard in plain words: its signs, what happened to it, what may be asked. */

import { sayMoment } from './moments'
import type { Hazard, Told } from '../services/task-shapes'

/** The sign of its state: what is over, what waits, what came to nothing. */
export function markOf(hazard: Pick<Hazard, 'state' | 'overdue'>): 'good' | 'wait' | 'bad' | 'none' {
  if (hazard.overdue) return 'bad'
  if (hazard.state === 'closed') return 'good'
  return ['rejected', 'withdrawn'].includes(hazard.state) ? 'none' : 'wait'
}

/** The tone of its tag. */
export const toneOf = (hazard: Pick<Hazard, 'state' | 'overdue'>): string => ({ good: 'good', wait: 'warn', bad: 'bad', none: '' })[markOf(hazard)]

const INNER = ['状态', '补传', '来源', '问题描述', '整改完成时间', '闭环时间']

/** What a line of the timeline changed, as people say it; what everybody sees anyway is left out. */
export function sayChanges(told: Told, today: string): string[] {
  return told.changes
    .filter(({ title, new: now }) => now && !INNER.includes(title))
    .map(({ title, new: now }) => `${title}：${/^\d{4}-\d\d-\d\dT/.test(now ?? '') ? sayMoment(now, today) : now}`)
}

/** The timeline without what says the same twice: 发起 beside 上报, 已完成 beside the last decision. */
export function worthTelling<T extends Pick<Told, 'title' | 'comment' | 'at'>>(items: T[]): T[] {
  return items.filter((item, at) => !(item.title === '发起' && items[at - 1]?.title === '上报') && !(item.title === '已完成' && !item.comment && at > 0 && items[at - 1].at === item.at))
}

/** The facts as rows. */
export function hazardFacts(hazard: Hazard, today: string): { name: string; value: string }[] {
  const rows = [
    { name: '位置', value: hazard.where },
    { name: '等级', value: hazard.level_text ?? '' },
    { name: '上报', value: [hazard.reporter?.name, sayMoment(hazard.found_at ?? hazard.reported_at, today)].filter(Boolean).join('，') },
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
