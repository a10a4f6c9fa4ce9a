import type { Row } from '@/api/types'

/** Ids in `rows` that `before` did not have, or had in another version. */
export function changedIds(before: Row[], rows: Row[]): string[] {
  const versions = new Map(before.map((row) => [row.id, row.version]))
  return rows.filter((row) => versions.get(row.id) !== row.version).map((row) => row.id)
}

/** Ids at the top of the list that nobody here has seen. */
export const unseen = (rows: Row[], seen: Set<string>): string[] =>
  rows.filter((row) => !seen.has(row.id)).map((row) => row.id)

/** Seconds before the next try: 1, 2, 4 … 30, with a little scatter so that not all come back at once. */
export function backoff(tries: number, scatter = Math.random()): number {
  return Math.min(30, 2 ** Math.min(tries, 5)) * (0.75 + scatter / 2)
}
