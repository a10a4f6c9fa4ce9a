/**
 * Moments come as ISO 8601 with offset and are shown as the wall clock of that offset. No time zone of the browser
 * gets in.
 */

const SHAPE = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2}))?(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?$/
const DAY = 86_400_000

export interface Clock {
  /** Server minus browser, in milliseconds. */
  skew: number
  /** The installation's offset, for example `+08:00`. */
  offset: string
}

/** What the server's clock says, learnt from its answers. */
export const clock: Clock = { skew: 0, offset: '+08:00' }

/** Learns skew and offset from a moment of the server. */
export function learn(iso: string, now = Date.now()): void {
  const at = Date.parse(iso)
  if (Number.isNaN(at)) return
  clock.skew = at - now
  clock.offset = offsetOf(iso) ?? clock.offset
}

function offsetOf(iso: string): string | null {
  const found = SHAPE.exec(iso)?.[4]
  if (!found) return null
  return found === 'Z' ? '+00:00' : found
}

function minutes(offset: string): number {
  const sign = offset.startsWith('-') ? -1 : 1
  const [hours, rest] = offset.slice(1).replace(':', '').match(/\d{2}/g)!.map(Number)
  return sign * (hours! * 60 + rest!)
}

/** The day (YYYY-MM-DD) it is at `now` (milliseconds) in that offset; `shift` days away. */
export function dayAt(now: number, offset: string, shift = 0): string {
  return new Date(now + minutes(offset) * 60_000 + shift * DAY).toISOString().slice(0, 10)
}

/** Today by the server's clock; `shift` days away. */
export function today(shift = 0, now = Date.now()): string {
  return dayAt(now + clock.skew, clock.offset, shift)
}

/** This minute as a field of the kind `moment` holds it, by the server's clock. */
export function thisMinute(now = Date.now()): string {
  const there = new Date(now + clock.skew + minutes(clock.offset) * 60_000).toISOString()
  return `${there.slice(0, 16)}:00${clock.offset}`
}

/**
 * 今天 08:02, 昨天 17:30, 明天 18:00, then 2026-11-22 08:02, as the server writes it, too. Unreadable input comes back as it
 * is.
 */
export function showMoment(iso: unknown, now = Date.now()): string {
  if (typeof iso !== 'string' || !iso) return ''
  const found = SHAPE.exec(iso)
  if (!found) return iso
  const [, day, time] = found
  const offset = offsetOf(iso) ?? clock.offset
  if (day === dayAt(now + clock.skew, offset)) return `今天 ${time}`
  if (day === dayAt(now + clock.skew, offset, -1)) return `昨天 ${time}`
  if (day === dayAt(now + clock.skew, offset, 1)) return `明天 ${time}`
  return `${day} ${time}`
}

/** The moment in full, for a tooltip: 2026-11-22 08:02:11. */
export function showFull(iso: unknown): string {
  if (typeof iso !== 'string') return ''
  const found = SHAPE.exec(iso)
  return found ? `${found[1]} ${found[2]}${found[3] ? `:${found[3]}` : ''}` : iso
}

/** A day as people type it (2026-11-22, 2026/11/22, 2026.11.2, 20261122, 2026年11月2日), or '' if it is none. */
export function typedDay(text: string): string {
  const found = /^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))$/.exec(
    text.normalize('NFKC').replace(/\s/g, ''),
  )
  if (!found) return ''
  const [year, month, day] = [
    found[1]!,
    (found[2] ?? found[4])!.padStart(2, '0'),
    (found[3] ?? found[5])!.padStart(2, '0'),
  ]
  const iso = `${year}-${month}-${day}`
  const at = new Date(`${iso}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(iso) ? iso : ''
}

/** A picker's `2026-11-22 08:02:00` as a moment with the installation's offset. */
export function toMoment(picked: string): string {
  const text = picked.trim().replace(' ', 'T')
  return (text.length === 16 ? `${text}:00` : text) + clock.offset
}

/** A moment as the picker wants it, or '' if there is none. */
export function toPicker(iso: unknown): string {
  return showFull(iso)
}

/** 3 秒, 2 分 5 秒: how long to wait. */
export function showWait(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  if (whole < 60) return `${whole} 秒`
  const rest = whole % 60
  if (whole < 3600) return `${Math.floor(whole / 60)} 分${rest ? ` ${rest} 秒` : '钟'}`
  return `${Math.floor(whole / 3600)} 小时 ${Math.floor((whole % 3600) / 60)} 分`
}
