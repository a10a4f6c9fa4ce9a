/** An accident in words: its facts, the three answers, its signs. */

import type { Accident, AnswerWord } from '../services/shapes'
import { sayCount } from './casualties'
import { sayMoment } from './moments'

export interface AnswerChoice {
  value: AnswerWord
  word: string
  mark: 'good' | 'wait' | 'bad'
}

/** The three answers, in the order in which they can be raised. */
export const ANSWERS: AnswerChoice[] = [
  { value: 'received', word: '收到', mark: 'good' },
  { value: 'on_site', word: '已在现场', mark: 'good' },
  { value: 'need_help', word: '需要支援', mark: 'bad' },
]

/** 收到 of `received`; empty for none. */
export function answerWord(answer: AnswerWord | null | undefined): string {
  return ANSWERS.find(({ value }) => value === answer)?.word ?? ''
}

/** True when that answer may still be given: the same one not again, and nobody takes 收到 back to. */
export function canAnswer(mine: AnswerWord | null | undefined, wanted: AnswerWord): boolean {
  if (!mine) return true
  return wanted !== mine && wanted !== 'received'
}

/** 较大（下界初判）, as the server says it. */
export function sayLevel(accident: Pick<Accident, 'level' | 'level_text' | 'provisional'>): string {
  return accident.level_text || (accident.level ? `${accident.level}事故` : '等级待定')
}

/** The facts as rows. Unknown counts are said to be unknown; what was never asked is left out. */
export function factsOf(accident: Accident, today: string): { name: string; value: string }[] {
  const where = accident.site && !accident.place.includes(accident.site.name) ? `${accident.site.name} · ${accident.place}` : accident.place
  const loss = accident.direct_loss_wan
  const rows = [
    { name: '地点', value: where },
    { name: '时间', value: sayMoment(accident.happened_at, today) },
    { name: '死亡', value: sayCount(accident.deaths) },
    { name: '重伤', value: sayCount(accident.serious_injuries) },
    { name: '轻伤', value: sayCount(accident.minor_injuries) },
    { name: '下落不明', value: sayCount(accident.missing) },
    { name: '类别', value: accident.category ?? '' },
    { name: '直接损失', value: loss === null || loss === undefined ? '' : `${loss} 万元` },
    { name: '已采取措施', value: accident.measures ?? '' },
    { name: '单位', value: accident.company?.name ?? '' },
    { name: '报告人', value: accident.reporter?.name ?? '' },
  ]
  return rows.filter(({ value }) => value)
}

/** What a version did, in one line: 变化：死亡、地点. */
export function sayChanged(changed: string[] | null | undefined): string {
  return changed?.length ? `改了：${changed.join('、')}` : ''
}
