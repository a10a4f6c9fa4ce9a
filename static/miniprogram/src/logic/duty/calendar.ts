/** A month as the grid that is drawn, Monday first. */

import { dayOf } from '../moments'

export interface Cell {
  day: string
  date: number
  /** How many clock-ins on that day. */
  count: number
  today: boolean
  /** Days that have not come yet cannot be chosen. */
  future: boolean
}

/** What else is to be seen of a day: a word or a number, and the whole of it for who hears it. */
export interface DayMark {
  text: string
  spoken: string
  tone: 'plain' | 'warn'
}

/** The weeks of `month` (`2026-11`); a null cell stands outside the month. `counts` is clock-ins by day. */
export function monthGrid(month: string, counts: Record<string, number>, today: string): (Cell | null)[][] {
  const [year, number] = month.split('-').map(Number)
  const first = new Date(year, number - 1, 1, 12)
  const length = new Date(year, number, 0, 12).getDate()
  const cells: (Cell | null)[] = Array((first.getDay() + 6) % 7).fill(null)
  for (let date = 1; date <= length; date++) {
    const day = dayOf(new Date(year, number - 1, date, 12).getTime())
    cells.push({ day, date, count: counts[day] ?? 0, today: day === today, future: day > today })
  }
  while (cells.length % 7) cells.push(null)
  const weeks: (Cell | null)[][] = []
  for (let at = 0; at < cells.length; at += 7) weeks.push(cells.slice(at, at + 7))
  return weeks
}

/** The month `months` later (earlier if negative), as `2026-12`. */
export function shiftMonth(month: string, months: number): string {
  const [year, number] = month.split('-').map(Number)
  return dayOf(new Date(year, number - 1 + months, 1, 12).getTime()).slice(0, 7)
}

/** First and last day of a month. */
export function monthRange(month: string): { from: string; to: string } {
  const [year, number] = month.split('-').map(Number)
  return { from: `${month}-01`, to: dayOf(new Date(year, number, 0, 12).getTime()) }
}

/** `2026年11月`. */
export function sayMonth(month: string): string {
  const [year, number] = month.split('-').map(Number)
  return `${year}年${number}月`
}
