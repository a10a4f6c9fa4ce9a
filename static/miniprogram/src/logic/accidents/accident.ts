/** An accident in words: its facts, the three answers, its signs. */

import type { Accident, AnswerWord, Help } from '../../services/shapes/door'
import { sayCount } from './casualties'
import { sayMoment } from '../moments'

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

/** 陈安澜正在赶来、周守正已在现场; what else is known while nobody has answered. */
export function sayComing(one: Help): string {
  if (one.coming.length) return one.coming.map(({ name, word }) => `${name}${word}`).join('、')
  return one.called ? `已呼叫 ${one.called} 人，还没有人回应` : '正在呼叫'
}

/** What a message is whose answer is that one comes. */
const CALL = 'accident.help'

/** 收到 of `received`, 我马上到 to a message that calls for help; empty for none. */
export function answerWord(answer: AnswerWord | null | undefined, kind = ''): string {
  if (kind === CALL && answer === 'received') return '我马上到'
  return ANSWERS.find(({ value }) => value === answer)?.word ?? ''
}

/** True when that answer may still be given: it may be raised, never lowered. */
export function canAnswer(mine: AnswerWord | null | undefined, wanted: AnswerWord): boolean {
  const rank = (answer: AnswerWord | null | undefined) => ANSWERS.findIndex(({ value }) => value === answer)
  return rank(wanted) > rank(mine)
}

/** 较大（下界初判）, as the server says it. */
export function sayLevel(accident: Pick<Accident, 'level' | 'level_text' | 'provisional'>): string {
  return accident.level_text || (accident.level ? `${accident.level}事故` : '等级待定')
}

/** The facts as rows. Unknown counts are said to be unknown; what was never asked is left out. */
export function factsOf(accident: Accident, today: string): { name: string; value: string }[] {
  const where =
    accident.site && !accident.place.includes(accident.site.name)
      ? `${accident.site.name} · ${accident.place}`
      : accident.place
  const loss = accident.direct_loss_wan
  const rows = [
    { name: '地点', value: where },
    { name: '时间', value: sayMoment(accident.happened_at, today) },
    { name: '录入', value: sayLate(accident.entered_late_minutes) },
    { name: '负责人接报', value: accident.leader_told_at ? sayMoment(accident.leader_told_at, today) : '' },
    { name: '死亡', value: sayCount(accident.deaths) },
    { name: '重伤', value: sayCount(accident.serious_injuries) },
    { name: '轻伤', value: sayCount(accident.minor_injuries) },
    { name: '下落不明', value: sayCount(accident.missing) },
    { name: '现场需要', value: accident.needs ?? '' },
    { name: '类别', value: accident.category ?? '' },
    {
      name: '特种设备',
      value: [accident.equipment?.name, ...(accident.situations_text ?? [])].filter(Boolean).join('、'),
    },
    { name: '直接损失', value: loss === null || loss === undefined ? '' : `${loss} 万元` },
    { name: '已采取措施', value: accident.measures ?? '' },
    {
      name: '伤亡变化',
      value: accident.changes_until
        ? `${sayMoment(accident.changes_until, today)} 前（${accident.changes_days} 日内）要补报`
        : '',
    },
    { name: '单位', value: accident.company?.name ?? '' },
    { name: '报告人', value: accident.reporter?.name ?? accident.caller ?? '' },
  ]
  return rows.filter(({ value }) => value)
}

/** 发生后 5 小时 10 分钟才录入; nothing where it was prompt. */
export function sayLate(minutes: number | null | undefined): string {
  if (!minutes) return ''
  const hours = Math.floor(minutes / 60)
  return `发生后 ${hours ? `${hours} 小时 ` : ''}${minutes % 60} 分钟才录入`
}

/** What a version did, in one line: 变化：死亡、地点. */
export function sayChanged(changed: string[] | null | undefined): string {
  return changed?.length ? `改了：${changed.join('、')}` : ''
}

/** A report that may be of the same accident as the one that is being filled in. */
export interface SamePlace {
  id: string
  number: string
  what: string
  place: string
  minutes: number
  by: string
  mine: boolean
}

/** 10 分钟前 王大友 已报告了同一地点的事故，补充到那一起？ */
export function saySame(one: SamePlace): string {
  const when = one.minutes ? `${one.minutes} 分钟前` : '刚刚'
  return `${when}${one.mine ? '您' : ` ${one.by} `}已报告了同一地点的事故，补充到那一起？`
}
