/** The legal clocks (1 h, 2 h): how much is left, in digits and in words. Times in ms, the server's clock. */

import type { Duty } from '../../services/shapes/door'

export interface Remaining {
  /** `done` reported, `calm` time left, `soon` under ten minutes, `late` over. */
  state: 'done' | 'calm' | 'soon' | 'late'
  /** `00:42:10`; over the time it counts up. Empty when done. */
  digits: string
  words: string
}

const SOON = 10 * 60_000
const two = (n: number): string => String(n).padStart(2, '0')

/** Where one clock stands at `now`. */
export function remaining(duty: Pick<Duty, 'due_at' | 'done_at' | 'late'>, now: number): Remaining {
  if (duty.done_at) return { state: 'done', digits: '', words: duty.late ? '已报告（超时）' : '已报告' }
  const left = Date.parse(duty.due_at) - now
  if (Number.isNaN(left)) return { state: 'calm', digits: '', words: '' }
  const digits = sayDigits(left)
  if (left < 0) return { state: 'late', digits, words: '已超时' }
  return { state: left < SOON ? 'soon' : 'calm', digits, words: left < SOON ? '快到时限' : '还剩' }
}

/** `00:42:10` of a span in ms, whatever its sign; what is left is never shown as more than it is. */
export function sayDigits(span: number): string {
  const seconds = Math.floor(Math.abs(span) / 1000)
  return [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60].map(two).join(':')
}

/** Clocks that run first, the nearest first; then what is done. */
export function byUrgency(duties: Duty[]): Duty[] {
  return [...duties].sort(
    (a, b) => Number(Boolean(a.done_at)) - Number(Boolean(b.done_at)) || (a.due_at < b.due_at ? -1 : 1),
  )
}
