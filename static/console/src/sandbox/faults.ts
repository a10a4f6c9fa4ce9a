/** The switch-board in words: what can go wrong, where, and what one should see then. */
import type { Fault, WantedFault } from './shapes'

export interface Trouble extends Partial<WantedFault> {
  name: string
  title: string
  says: string
  where: string
  kind: string
}

export const SENDING = '/cgi-bin/message/*'
export const CALLBACK = 'callback'

/** What one click switches on. */
export const TROUBLES: Trouble[] = [
  { name: 'slow', title: '平台变慢', says: '每条消息 3 秒后才有回答', where: SENDING, kind: 'slow', seconds: 3 },
  {
    name: 'error',
    title: '一半出错',
    says: '发消息有一半得到“服务器错误”，安班会重试',
    where: SENDING,
    kind: 'error',
    probability: 0.5,
  },
  { name: 'drop', title: '收下不显示', says: '平台说发了，手机却不响；没人回应就换短信', where: SENDING, kind: 'drop' },
  { name: 'duplicate', title: '重复显示', says: '平台把一条消息显示两次', where: SENDING, kind: 'duplicate' },
  { name: 'reorder', title: '顺序颠倒', says: '先发的后到', where: SENDING, kind: 'reorder' },
  {
    name: 'token',
    title: '令牌失效',
    says: '下一次发送被拒，安班换新令牌再发',
    where: SENDING,
    kind: 'token',
    count: 1,
  },
  {
    name: 'cut',
    title: '回答丢失',
    says: '消息已显示，安班却没等到回答',
    where: SENDING,
    kind: 'cut',
    probability: 0.5,
  },
  {
    name: 'used',
    title: '编号用过',
    says: '回答丢失，重发时平台只说编号用过（42014）：到没到不知道，安班换短信再发',
    where: SENDING,
    kind: 'used',
  },
  {
    name: 'group',
    title: '群机器人出错',
    says: '群里收不到，看板上写明原因',
    where: '/cgi-bin/webhook/*',
    kind: 'error',
  },
  {
    name: 'twice',
    title: '按一次算两次',
    says: '每次按键都通知安班两遍，只能算一次',
    where: CALLBACK,
    kind: 'duplicate',
  },
]

export const PLACES: [string, string][] = [
  [SENDING, '发消息'],
  ['/cgi-bin/webhook/*', '群机器人'],
  ['/sms/*', '短信'],
  ['/cgi-bin/*', '平台的所有接口'],
  [CALLBACK, '通知安班（按键、打字）'],
]

/** How the kinds are called where a person's press is handed to the app. */
const OF_CALLBACKS: Record<string, string> = {
  error: '安班的回答丢失',
  drop: '不送',
  duplicate: '送两遍',
  token: '签名不对',
}

export function kindTitle(kind: string, where: string, kinds: Record<string, string>): string {
  return (where === CALLBACK && OF_CALLBACKS[kind]) || kinds[kind] || kind
}

/** The kinds that mean something there: robots and short messages have no token, and only cards have a number. */
export function kindsAt(where: string, kinds: Record<string, string>): [string, string][] {
  const has = where === CALLBACK || where.startsWith('/cgi-bin/m') || where === '/cgi-bin/*'
  const cards = has && where !== CALLBACK
  return Object.keys(kinds)
    .filter((kind) => (has || kind !== 'token') && (cards || kind !== 'used'))
    .map((kind) => [kind, kindTitle(kind, where, kinds)])
}

export const placeTitle = (where: string) => PLACES.find(([value]) => value === where)?.[1] ?? where

export const wanted = (trouble: Trouble): WantedFault => ({
  where: trouble.where,
  kind: trouble.kind,
  seconds: trouble.seconds ?? 3,
  probability: trouble.probability ?? 1,
  count: trouble.count ?? null,
})

/** The fault that a switch stands for, if it is on. */
export const isOn = (trouble: Trouble, faults: Fault[]) =>
  faults.find(
    (one) =>
      one.where === trouble.where &&
      one.kind === trouble.kind &&
      one.probability === (trouble.probability ?? 1) &&
      (trouble.count === undefined ? one.count === null : one.count !== null),
  )

/** One that is on, in one line. */
export function describe(fault: Fault, kinds: Record<string, string>): string {
  const often = fault.probability >= 1 ? '每次' : `${Math.round(fault.probability * 100)}% 的时候`
  const seconds = fault.kind === 'slow' ? ` ${fault.seconds} 秒` : ''
  return `${placeTitle(fault.where)}：${kindTitle(fault.kind, fault.where, kinds)}${seconds}，${often}${fault.count ? `，还有 ${fault.count} 次` : ''}`
}
