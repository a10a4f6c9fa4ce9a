/**
 * Counting people when nobody knows yet: unknown is not none (国务院令第493号).
 *
 * A count is a number, or null for 不清楚. It begins at 不清楚 and gets back there.
 */

export type Count = number | null

export const MOST = 10_000

/** The names of the four counts, as the report writes them. */
export const COUNTS = [
  { field: 'deaths', title: '死亡', hint: '' },
  { field: 'serious_injuries', title: '重伤', hint: '含急性中毒' },
  { field: 'minor_injuries', title: '轻伤', hint: '' },
  { field: 'missing', title: '下落不明', hint: '' },
] as const

export type CountField = (typeof COUNTS)[number]['field']

/** One more; from 不清楚 it is the first. */
export function more(count: Count): Count {
  return Math.min((count ?? 0) + 1, MOST)
}

/** The button on the left: from 不清楚 to 没有 (0), from 0 back to 不清楚, else one less. */
export function less(count: Count): Count {
  if (count === null) return 0
  return count === 0 ? null : count - 1
}

/** What the button on the left says. */
export function lessWord(count: Count): string {
  if (count === null) return '没有'
  return count === 0 ? '不清楚' : '−1'
}

/** The count in a text that was typed; 不清楚 for none. Full-width digits are read too. */
export function typedCount(text: string): Count {
  const digits = String(text).normalize('NFKC').replace(/\D/g, '')
  return digits ? Math.min(Number(digits), MOST) : null
}

/** In words: 不清楚, 没有, 3 人. */
export function sayCount(count: Count | undefined): string {
  if (count === null || count === undefined) return '不清楚'
  return count === 0 ? '没有' : `${count} 人`
}
