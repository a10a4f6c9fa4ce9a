/** A month as a sheet: weeks from Monday on, and the months around it. */

/** The days in rows of seven, Monday first; null stands for what is of another month. */
export function weeks<T extends { day: string }>(days: T[]): (T | null)[][] {
  if (!days.length) return []
  const before = (new Date(`${days[0]!.day}T12:00:00Z`).getUTCDay() + 6) % 7
  const cells: (T | null)[] = [...Array<null>(before).fill(null), ...days]
  while (cells.length % 7) cells.push(null)
  return Array.from({ length: cells.length / 7 }, (_, row) => cells.slice(row * 7, row * 7 + 7))
}

/** The month so many months away: `2026-11` and -1 give `2026-10`. */
export function monthAway(month: string, by: number): string {
  const [year, number] = month.split('-').map(Number)
  const at = new Date(Date.UTC(year!, number! - 1 + by, 1))
  return at.toISOString().slice(0, 7)
}

/** `2026年11月`. */
export const sayMonth = (month: string) => `${Number(month.slice(0, 4))}年${Number(month.slice(5))}月`

/** `11月3日 周二`. */
export function sayDate(day: string): string {
  const at = new Date(`${day}T12:00:00Z`)
  return `${at.getUTCMonth() + 1}月${at.getUTCDate()}日 周${'日一二三四五六'[at.getUTCDay()]}`
}
