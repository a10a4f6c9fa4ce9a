import { get } from './client'

/** A filter as a list takes it: any of some values, or a range; null where no row is left. */
export type FilterValue = string[] | { from?: string; to?: string } | null
export type Filters = Record<string, FilterValue>

/** A number of each group: how many rows there are, or a rate of two of the others. */
export interface Measure {
  name: string
  title: string
  rate: boolean
  drawn: boolean
  filters: Filters | null
}
export interface Group {
  label: string
  filters: Filters
  numbers: (number | null)[]
}
export interface Statistic {
  kind: 'statistic'
  name: string
  title: string
  ledger: string
  exportable: boolean
  sentence: string
  by: string
  by_title: string
  step: string | null
  time: string
  from: string
  to: string
  axes: { field: string; title: string }[]
  steps: { value: string; title: string }[]
  measures: Measure[]
  chart: 'bar' | 'line'
  groups: Group[]
  total: (number | null)[]
  base: Filters
  cut: string | null
}

export const readView = <T>(name: string, query: string, signal?: AbortSignal) =>
  get<T>(`/views/${encodeURIComponent(name)}?${query}`, signal)
