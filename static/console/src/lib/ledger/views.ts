import type { Filters, FilterValue, Group, Measure, Statistic } from '@/api/ledger/views'

const isEmpty = (value: FilterValue | undefined) => value === undefined || (Array.isArray(value) && !value.length)

/** The filter of one field that leaves what both leave; null for what leaves no row. */
function meet(first: FilterValue | undefined, second: FilterValue | undefined): FilterValue {
  if (isEmpty(first)) return second ?? null
  if (isEmpty(second)) return first!
  if (!first || !second) return null
  if (Array.isArray(first) && Array.isArray(second)) {
    const kept = first.filter((value) => second.includes(value))
    return kept.length ? kept : null
  }
  if (Array.isArray(first) || Array.isArray(second)) return second
  const from = [first.from, second.from].filter(Boolean).sort().at(-1)
  const to = [first.to, second.to].filter(Boolean).sort()[0]
  return { ...(from && { from }), ...(to && { to }) }
}

/** The filters of the list with the rows that all of `all` leave; null where they leave none. */
export function together(...all: Filters[]): Filters | null {
  const made: Filters = {}
  for (const filters of all)
    for (const [field, given] of Object.entries(filters)) {
      made[field] = meet(made[field], given)
      if (made[field] === null) return null
    }
  return made
}

/** A list's address with these filters. */
export function addressOf(filters: Filters, q = ''): Record<string, string | string[]> {
  const address: Record<string, string | string[]> = q ? { q } : {}
  for (const [field, given] of Object.entries(filters)) {
    if (Array.isArray(given)) {
      if (given.length) address[`f.${field}`] = given
    } else {
      if (given?.from) address[`f.${field}.from`] = given.from
      if (given?.to) address[`f.${field}.to`] = given.to
    }
  }
  return address
}

/** Where a number's rows are listed; null for a rate, and for no row. */
export function rowsOf(view: Statistic, measure: Measure, group: Group | null, number: number | null, q = '') {
  if (measure.rate || !number) return null
  const filters = together(view.base, group?.filters ?? {}, measure.filters ?? {})
  return filters && { name: 'ledger', params: { ledger: view.ledger }, query: addressOf(filters, q) }
}

/** A number as people read it. */
export const shown = (measure: Measure, number: number | null) =>
  number === null ? '—' : measure.rate ? `${number}%` : number.toLocaleString('zh-CN')

/** What a measure that is a part of another one is called by itself: 其中补传 is 补传. */
export const short = (title: string) => title.replace(/^其中/, '')
