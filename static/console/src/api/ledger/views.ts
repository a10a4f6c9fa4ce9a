import { get } from '@/api/client'
import type { Tone } from '@/api/types'

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
  /** The period; null where all there is was counted. */
  from: string | null
  to: string | null
  axes: { field: string; title: string }[]
  steps: { value: string; title: string }[]
  measures: Measure[]
  chart: 'bar' | 'line'
  groups: Group[]
  total: (number | null)[]
  base: Filters
  cut: string | null
}

/** Something in a cell of a matrix: a press opens the row, or the list with the filters. */
export interface Cell {
  text: string
  tone: Tone
  tip: string
  row: string | null
  filters: Filters | null
}
export interface Matrix {
  kind: 'matrix'
  name: string
  title: string
  ledger: string
  exportable: boolean
  company: string
  rows_ledger: string
  rows_title: string
  filters_ledger: string
  /** Fields of a new row that an empty cell's row and column fill; null for who may make none. */
  adds: { row: string; column: string } | null
  columns: { value: string; title: string; note: string }[]
  rows: { id: string; label: string; note: string; cells: Record<string, Cell[]> }[]
  next: string | null
  cut: string | null
}
/** A day of a calendar; `missing` is null where nobody can say how many are. */
export interface CalendarDay {
  day: string
  numbers: number[]
  filters: Filters
  missing: number | null
  gap_filters: Filters | null
  rest: boolean
}
export interface Calendar {
  kind: 'calendar'
  name: string
  title: string
  ledger: string
  exportable: boolean
  month: string
  today: string
  sentence: string
  statistic: string
  time: string
  measures: { name: string; title: string; filters: Filters }[]
  unit: string
  gaps: { title: string; mark: string; ledger: string; noun: string; measure: string } | null
  days: CalendarDay[]
  total: number[]
  base: Filters
}
/** A node of a tree; `numbers` are of its whole branch, in the order of `counts`. */
export interface TreeNode {
  id: string
  parent: string | null
  name: string
  second: string
  badge: string
  tone: Tone
  numbers: number[]
}
export interface Tree {
  kind: 'tree'
  name: string
  title: string
  ledger: string
  exportable: boolean
  /** The reference that a new row below a node names. */
  parent: string
  second_title: string
  badge_title: string
  addable: boolean
  /** What hangs on nodes: rows of a ledger, found by its filter `inside`. */
  counts: { title: string; ledger: string; inside: string; filters: Filters }[]
  /** In order, parents first. */
  nodes: TreeNode[]
  cut: string | null
}
export type View = Statistic | Matrix | Calendar | Tree

export const readView = <T>(name: string, query: string, signal?: AbortSignal) =>
  get<T>(`/views/${encodeURIComponent(name)}?${query}`, signal)
