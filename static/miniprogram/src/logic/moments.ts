/**
 * Days and moments as people read them.
 *
 * A moment of the server is ISO 8601 with an offset. It is shown with the wall-clock that is written in it, so that
 * "07:58" stays "07:58" on a phone whose time zone is wrong.
 */

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** The wall-clock of an ISO moment: day `2026-11-22`, time `08:02`. Null when the text is not a moment. */
export function wall(iso: string | null | undefined): { day: string; time: string } | null {
  const found = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(iso ?? '')
  return found ? { day: found[1], time: found[2] } : null
}

const two = (n: number): string => String(n).padStart(2, '0')

/** The day of a phone's time (ms) in the phone's zone, as `2026-11-22`. */
export function dayOf(ms: number): string {
  const at = new Date(ms)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** The day that it is in China, by which the server counts days, whatever zone the phone is set to. */
export function chinaDay(ms: number): string {
  return new Date(ms + 8 * 60 * MINUTE).toISOString().slice(0, 10)
}

/** A phone's time (ms) as ISO 8601 with the phone's offset: `2026-11-22T08:02:11+08:00`. */
export function isoLocal(ms: number): string {
  const at = new Date(ms)
  const offset = -at.getTimezoneOffset()
  const sign = offset < 0 ? '-' : '+'
  const away = Math.abs(offset)
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`
  return `${dayOf(ms)}T${time}${sign}${two(Math.floor(away / 60))}:${two(away % 60)}`
}

/** `今天 08:02`, `昨天 17:30`, else `2026-11-20 08:02`; `today` is the day to count from. Empty for no moment. */
export function sayMoment(iso: string | null | undefined, today: string): string {
  const at = wall(iso)
  if (!at) return ''
  return `${sayDay(at.day, today)} ${at.time}`
}

/** `今天`, `昨天`, `明天`, else the day itself: as the server writes it, too. */
export function sayDay(day: string, today: string): string {
  if (day === today) return '今天'
  if (day === shiftDay(today, -1)) return '昨天'
  if (day === shiftDay(today, 1)) return '明天'
  return day
}

/** The day `days` later (earlier if negative). */
export function shiftDay(day: string, days: number): string {
  const at = noon(day)
  return dayOf(at + days * DAY)
}

/** Whole days from `from` to `to`; negative when `to` lies before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((noon(to) - noon(from)) / DAY)
}

/** `星期三` of a day. */
export function weekday(day: string): string {
  return `星期${'日一二三四五六'[new Date(noon(day)).getDay()]}`
}

/** A waiting time in seconds: `45 秒`, `12 分 05 秒`, `1 小时 03 分`. */
export function sayWait(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds))
  if (left < 60) return `${left} 秒`
  if (left < 3600) return `${Math.floor(left / 60)} 分 ${two(left % 60)} 秒`
  return `${Math.floor(left / 3600)} 小时 ${two(Math.floor((left % 3600) / 60))} 分`
}

/** How far the phone's clock runs ahead (+) of the server's, in ms; null when the server's time is unreadable. */
export function clockOffset(serverTime: string | undefined, sentAt: number, gotAt: number): number | null {
  const server = Date.parse(serverTime ?? '')
  if (Number.isNaN(server)) return null
  return Math.round((sentAt + gotAt) / 2 - server)
}

/** What to say about a wrong phone clock, or empty when it is within two minutes. `offset` in ms, ahead is positive. */
export function clockWarning(offset: number | null): string {
  if (offset === null || Math.abs(offset) <= 2 * MINUTE) return ''
  return `手机时间${offset > 0 ? '快' : '慢'}了 ${sayWait(Math.abs(offset) / 1000)}`
}

function noon(day: string): number {
  const [year, month, date] = day.split('-').map(Number)
  return new Date(year, month - 1, date, 12).getTime()
}

/** The hour at which a day is due. */
export const EVENING = 18
const SOON = [
  ['今天 18:00', 0],
  ['明天', 1],
  ['3 天', 3],
  ['7 天', 7],
] as const
/** Deadlines that are one tap away; today's only while its evening is still ahead. */
export const soonOf = (now: Date) => SOON.filter(([, days]) => days > 0 || now.getHours() < EVENING)

/** The same for the eye, but no line ends within a date or a number: 2026-11-24, YH261124-5KZM. */
export const joined = (text: string): string => text.replace(/(\w)-(?=\w)/g, '$1-\u2060')

/** A title and, where it ends with one, until when: 【待整改】… and 今天 18:00前, each for a line of its own. */
export function parted(title: string): [string, string] {
  const found = /^(.+) · ([^·]*\d\d:\d\d[^·]*)$/.exec(title)
  return found ? [found[1], found[2]] : [title, '']
}
