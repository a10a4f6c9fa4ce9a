import type { ExportOrder } from '@/api/ledger/ledgers'
import type { Filter } from '@/api/types'

/**
 * What a list shows, as it stands in the address. A day as the end of a range means the whole of it, also for moments.
 */
export interface ListQuery {
  q: string
  filters: Record<string, string[]>
  ranges: Record<string, { from?: string; to?: string }>
  sort: string
  cursor: string
  end: boolean
}

type Address = Record<string, string | null | (string | null)[] | undefined>

const all = (value: Address[string]): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string' && item !== '')
const one = (value: Address[string]): string => all(value)[0] ?? ''

export const isRange = (filter: Filter) => filter.kind === 'date_range' || filter.kind === 'moment_range'

/** Reads the address; what the ledger does not declare is left out. */
export function readAddress(address: Address, filters: Filter[]): ListQuery {
  const query: ListQuery = {
    q: one(address.q),
    filters: {},
    ranges: {},
    sort: one(address.sort),
    cursor: one(address.cursor),
    end: one(address.end) === 'last',
  }
  for (const filter of filters) {
    const key = `f.${filter.field}`
    if (isRange(filter)) {
      const from = one(address[`${key}.from`])
      const to = one(address[`${key}.to`])
      if (from || to) query.ranges[filter.field] = { ...(from && { from }), ...(to && { to }) }
      continue
    }
    const values = all(address[key])
    if (values.length) query.filters[filter.field] = values
  }
  return query
}

/** The address that says the same; empty parts are left out. */
export function writeAddress(query: ListQuery): Record<string, string | string[]> {
  const address: Record<string, string | string[]> = {}
  if (query.q) address.q = query.q
  for (const [field, values] of Object.entries(query.filters)) if (values.length) address[`f.${field}`] = values
  for (const [field, range] of Object.entries(query.ranges)) {
    if (range.from) address[`f.${field}.from`] = range.from
    if (range.to) address[`f.${field}.to`] = range.to
  }
  if (query.sort) address.sort = query.sort
  if (query.cursor) address.cursor = query.cursor
  else if (query.end) address.end = 'last'
  return address
}

/** The query string of `GET P`. */
export function requestQuery(query: ListQuery, filters: Filter[], limit: number): string {
  const out = new URLSearchParams()
  if (query.q) out.set('q', query.q)
  for (const filter of filters) {
    for (const value of query.filters[filter.field] ?? []) out.append(`f.${filter.field}`, value)
    const range = query.ranges[filter.field]
    if (range?.from) out.set(`f.${filter.field}.from`, range.from)
    if (range?.to) out.set(`f.${filter.field}.to`, range.to)
  }
  if (query.sort) out.set('sort', query.sort)
  out.set('limit', String(limit))
  if (query.cursor) out.set('cursor', query.cursor)
  else if (query.end) out.set('end', 'last')
  return out.toString()
}

/** The same filters as the body of an export. */
export function exportOrder(query: ListQuery, filters: Filter[], columns: string[], sort: string): ExportOrder {
  const order: ExportOrder = { q: query.q, filters: {}, sort: query.sort || sort, columns }
  for (const filter of filters) {
    const values = query.filters[filter.field]
    const range = query.ranges[filter.field]
    if (values?.length) order.filters[filter.field] = values
    else if (range)
      order.filters[filter.field] = {
        ...(range.from && { from: range.from }),
        ...(range.to && { to: range.to }),
      }
  }
  return order
}

/** The address of a list that is asked so: what a saved view says. */
export function viewAddress(
  asked: Pick<ExportOrder, 'q' | 'sort'> & { filters: object },
): Record<string, string | string[]> {
  const address: Record<string, string | string[]> = {}
  if (asked.q) address.q = asked.q
  for (const [field, value] of Object.entries(asked.filters) as [string, ExportOrder['filters'][string] | string][]) {
    if (typeof value === 'string' || Array.isArray(value)) address[`f.${field}`] = value
    else {
      if (value.from) address[`f.${field}.from`] = value.from
      if (value.to) address[`f.${field}.to`] = value.to
    }
  }
  if (asked.sort) address.sort = asked.sort
  return address
}

/** How many filters (the search too) are set. */
export const filterCount = (query: ListQuery) =>
  Object.keys(query.filters).length + Object.keys(query.ranges).length + (query.q ? 1 : 0)

export const isFirstPage = (query: ListQuery) => !query.cursor && !query.end

/** A click on a column head: up, down, back to the ledger's own order. */
export function nextSort(current: string, field: string): string {
  if (current === field) return `-${field}`
  if (current === `-${field}`) return ''
  return field
}
