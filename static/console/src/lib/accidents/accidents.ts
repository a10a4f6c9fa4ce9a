import type {
  Accident,
  Answer,
  BoardPerson,
  Casualties,
  Counts,
  Duty,
  PersonState,
  WayState,
} from '@/api/accidents/accident-types'
import type { Tone } from '@/api/types'
import { showWait } from '@/lib/moments'

export const ANSWERS: { value: Answer; title: string }[] = [
  { value: 'received', title: '收到' },
  { value: 'on_site', title: '已在现场' },
  { value: 'need_help', title: '需要支援' },
]
/** 收到 of `received`, 我马上到 to a message (its kind) that calls for help. */
export const answerText = (answer: Answer | null | undefined, kind = ''): string =>
  kind === 'accident.help' && answer === 'received'
    ? '我马上到'
    : (ANSWERS.find((one) => one.value === answer)?.title ?? '')

const WAYS: Record<string, string> = {
  system: '系统消息',
  card: '聊天卡片',
  sms: '短信',
  email: '邮件',
  group: '群通知',
}
export const wayText = (way: string): string => WAYS[way] ?? way

const WHYS: Record<string, string> = { chosen: '指定接收', deputy: '代理', superior: '上级', reporter: '报告人' }
const WHO: Record<string, string> = { self: '本人', deputy: '代理人', superior: '上级' }
/** Whom the next step turns to. */
export const whoText = (who: string): string => WHO[who] ?? who
export const whyText = (why: string): string => WHYS[why] ?? why

/** The chips of the board, in the order in which news travels; the last is the one to act on. */
export const STATES: { value: PersonState; title: string; tone: Tone; help: string }[] = [
  { value: 'told', title: '已发出', tone: 'plain', help: '已经发出，平台还没有说送到了' },
  { value: 'delivered', title: '已送达', tone: 'plain', help: '至少一种方式送到了手机上，本人还没有打开' },
  { value: 'seen', title: '已读', tone: 'plain', help: '打开看过，还没有回应' },
  { value: 'acknowledged', title: '已回应', tone: 'good', help: '本人已经回应' },
  { value: 'unreached', title: '未联系上', tone: 'bad', help: '能响铃的方式都没有成功，要打电话' },
]
export const stateOf = (state: PersonState) => STATES.find((one) => one.value === state)!

const DELIVERY: Record<string, { text: string; tone: Tone }> = {
  queued: { text: '等待发送', tone: 'plain' },
  sending: { text: '正在发送', tone: 'plain' },
  accepted: { text: '平台已接收', tone: 'plain' },
  delivered: { text: '已送达', tone: 'good' },
  seen: { text: '已读', tone: 'good' },
  acknowledged: { text: '已回应', tone: 'good' },
  suspected: { text: '可能没收到', tone: 'warn' },
  failed: { text: '没有发成', tone: 'bad' },
  cancelled: { text: '不再发送', tone: 'plain' },
}
export const deliveryState = (state: string) => DELIVERY[state] ?? { text: state, tone: 'plain' as Tone }
/**
 * What became of one way. An entry in the list of messages rings nowhere: that it is there is not 已送达, and a row that
 * says 未联系上 must not say 已送达 beside it.
 */
export function wayState(way: Pick<WayState, 'way' | 'state'>): { text: string; tone: Tone } {
  return way.way === 'system' && way.state === 'delivered'
    ? { text: '在消息里，未看', tone: 'plain' }
    : deliveryState(way.state)
}
/** Nothing more happens to a delivery in these states by itself. */
export const isEnded = (state: string): boolean =>
  ['delivered', 'seen', 'acknowledged', 'failed', 'cancelled', 'suspected'].includes(state)

/** 聊天卡片：没有发成（手机号停机） */
export function wayLine(way: WayState): string {
  const { text } = wayState(way)
  return `${wayText(way.way)}：${text}${way.reason ? `（${way.reason}）` : ''}`
}

/** What is not known is said to be not known: an empty number is not 0 (国务院令第493号). */
export const casualty = (count: number | null, unit = '人'): string =>
  count === null || count === undefined ? '不清楚' : `${count} ${unit}`

export function casualtyList(facts: Casualties): { name: string; text: string; unknown: boolean; bad: boolean }[] {
  const list: [string, number | null][] = [
    ['死亡', facts.deaths],
    ['重伤', facts.serious_injuries],
    ['轻伤', facts.minor_injuries],
    ['下落不明', facts.missing],
  ]
  return list.map(([name, count]) => ({
    name,
    text: casualty(count),
    unknown: count === null || count === undefined,
    bad: !!count,
  }))
}

/** How the level is to be read: 下界初判 means that it can only rise. */
export function levelSentence(accident: Pick<Accident, 'level' | 'provisional'> & Casualties): string {
  if (!accident.level) return '等级还定不下来：伤亡和损失都不清楚。'
  if (!accident.provisional) return `按伤亡和损失定为${accident.level}事故。`
  return `至少是${accident.level}事故（下界初判）：有的情况还不清楚，等级只会上调，不会下调。`
}

export interface Clock {
  digits: string
  /** Seconds until it is due; negative when it is over. */
  left: number
  tone: Tone
  words: string
}

const two = (value: number) => String(value).padStart(2, '0')
/** 75 → 00:01:15; hours may be more than 99. */
export function digits(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
}

/** A legal clock at `now` (milliseconds): what is left, or by how much it is over. The last 15 minutes warn. */
export function dutyClock(duty: Duty, now: number): Clock {
  const left = Math.ceil((Date.parse(duty.due_at) - now) / 1000)
  if (duty.done_at) {
    const took = Math.round((Date.parse(duty.done_at) - Date.parse(duty.due_at)) / 1000)
    return {
      digits: '',
      left,
      tone: duty.late || took > 0 ? 'warn' : 'good',
      words: took > 0 ? `已报告，晚了 ${showWait(took)}` : '按时报告',
    }
  }
  if (left < 0) return { digits: digits(-left), left, tone: 'bad', words: '已超过期限' }
  return { digits: digits(left), left, tone: left <= 900 ? 'warn' : 'plain', words: '剩余' }
}

/** The legal clock that runs out next, or ran out and is still owed; null when all is done. */
export function nextDuty(duties: Duty[]): Duty | null {
  const open = duties.filter((duty) => !duty.done_at)
  return open.sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at))[0] ?? null
}

/** 2 分 10 秒后 → 代理人 王强 · 短信 */
export function nextLine(next: BoardPerson['next'], now: number): string {
  if (!next) return ''
  const left = Math.ceil((Date.parse(next.at) - now) / 1000)
  return `${left > 0 ? `${showWait(left)}后` : '马上'} → ${whoText(next.who)} · ${wayText(next.way)}`
}

/** Which people of the board; all when nothing is said. */
export interface Asked {
  state: PersonState | 'unanswered' | ''
  answer: Answer | ''
  q: string
}

export const unanswered = (told: Accident['told']): number => Math.max(0, told.total - told.acknowledged)

/** What closing does, in numbers. */
export function closingSentence(counts: Counts, groups: number): string[] {
  const silent = counts.total - counts.acknowledged
  const lines = [`${counts.total} 人${groups ? `和 ${groups} 个群` : ''}会收到“事故已结束”，能改的卡片都改成已结束。`]
  if (silent) lines.push(`有 ${silent} 人还没有回应，结束后不再催。`)
  return lines
}
