/** What the server says of a ledger that has a phone face, and of its rows. */

import type { Field } from './tasks'

export interface LedgerField extends Field {
  readonly: boolean
  create_only: boolean
  /** Asked only while this flag of the form says 是. */
  beside?: string | null
  unit?: string | null
  /** Of `references`: whole groups (a department, everybody) may be taken at once. */
  grouped?: boolean
  fields?: LedgerField[]
  choices: { value: string; title: string; tone?: string }[] | null
}

export interface Filter {
  field: string
  kind: 'choice' | 'reference' | 'flag' | 'text' | 'date_range' | 'moment_range'
}

export interface RowAction {
  name: string
  title: string
  where: 'row' | 'bulk' | 'page'
  tone: 'primary' | 'danger' | 'plain'
  confirm: string | null
  fields: LedgerField[]
}

/** How it looks here: a row's title, its second line, its badge; what its form asks for; what may be done. */
export interface PhoneFace {
  title: string
  second: string[]
  badge: string
  form: string[]
  create: boolean
  edit: boolean
  /** A new row may wait on this phone until there is a network. */
  offline: boolean
  actions: string[]
}

export interface Ledger {
  name: string
  title: string
  group: string
  noun: string
  measure: string
  edit_title: string
  /** What making a row is called; 新增 and its noun without. */
  create_title: string
  empty: string
  fields: LedgerField[]
  columns: { field: string }[]
  filters: Filter[]
  search: string | null
  form: { title: string; fields: string[] }[]
  actions: RowAction[]
  attachments: boolean
  /** Rows of other ledgers hang on its rows. */
  related: boolean
  phone: PhoneFace
}

export type Tone = 'good' | 'warn' | 'bad' | 'plain'
export type Values = Record<string, unknown>

export interface Row {
  id: string
  label: string
  version: number
  tone: Tone
  values: Values
  can: string[]
}

export interface RowPage {
  items: Row[]
  next: string | null
  count: { value: number; exact: boolean }
}

/** What hangs on a row: the first rows of another ledger that name it by the field `by`. */
export interface Related {
  ledger: string
  title: string
  noun: string
  measure: string
  by: string
  many: boolean
  create: boolean
  count: { value: number; exact: boolean }
  items: Row[]
}

export interface Happened {
  at: string
  by: { id: string; name: string } | null
  title: string
  changes: { field: string; title: string; old: unknown; new: unknown }[]
}

export interface FileOfRow {
  id: string
  name: string
  mime: string
  size: number
}

export interface Grouping {
  kind: string
  title: string
  ids: string[]
}
