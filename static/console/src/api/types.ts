/** The shapes of docs/http-api.md, "Console door". Nothing here knows a ledger by name. */

export interface ErrorBody {
  code: string
  message: string
  title: string
  cause: string
  advice: string
  fields: Record<string, string>
  retry_after?: number
  details?: Record<string, unknown>
}

export interface Named {
  id: string
  name: string
}

/** A line of the menu. With `view` it is a view beside the ledger, with `page` a page of the console's own. */
export interface MenuItem {
  title: string
  ledger: string
  view?: string
  page?: string
  /** The ledger whose rows a matrix has, if that is another. */
  rows?: string
  /** Its pinyin, as one types it: first letters and whole. */
  keys: string
}
export interface MenuGroup {
  title: string
  items: MenuItem[]
}

/** What messages and tasks are about: called what, kept in which ledger, shown on which page of the phone. */
export interface Kind {
  name: string
  title: string
  ledger: string
  phone: string
  tasks: boolean
}

export interface Me {
  account: { id: string; name: string; login: string }
  company: Named | null
  companies: Named[]
  roles: string[]
  rights: Record<string, string>
  must_change_password: boolean
  demo: boolean
  installation: string
  /** A console that nobody uses for so long is signed out; 0 for never. */
  idle_minutes: number
  server_time: string
  menu: MenuGroup[]
  /** Pages of mine above all ledgers. */
  own: { name: string; title: string }[]
  kinds: Kind[]
  /** Somebody whom a unit invites and who has no account yet; `login_taken`: somebody has an account of that name. */
  invitation?: { unit: Named; name: string; login: string; login_taken: boolean } | null
}

export interface Question {
  id: string
  unit: Named
}

export type Tone = 'good' | 'warn' | 'bad' | 'plain'
/** The colour of a level of risk: no state wears one. */
export type RiskColour = 'red' | 'orange' | 'yellow' | 'blue'

export type FieldKind =
  | 'text'
  | 'longtext'
  | 'integer'
  | 'number'
  | 'date'
  | 'moment'
  | 'choice'
  | 'choices'
  | 'flag'
  | 'reference'
  | 'references'
  | 'lines'
  | 'photos'
  | 'personal_id'
  | 'phone'
  | 'secret'
  | 'grants'
  | 'place'
  | 'facts'
  | 'pictures'
  | 'signature'

/** A photo of a form that is still to be sent: uploaded already, named by id. */
export interface Shot {
  id: string
  url: string
}

export interface Choice {
  value: string
  title: string
  tone?: Tone | RiskColour
  /** False: it comes about by itself, and no form offers it. */
  by_hand?: boolean
}

export interface Field {
  name: string
  title: string
  kind: FieldKind
  required?: boolean
  readonly?: boolean
  create_only?: boolean
  /** Asked only while this flag of the form says 是. */
  beside?: string | null
  /** Of a decision's form: asked for while that field has this value, and not else. */
  needed_when?: [string, string]
  help?: string | null
  max?: number | null
  min?: number | null
  unit?: string | null
  default?: unknown
  choices?: Choice[] | null
  to?: string | null
  /** Said aloud when a row was saved, unless it is empty. */
  warns?: boolean
  /** Of a flag: nobody may have said yet. */
  unsaid?: boolean
  masked?: boolean
  pattern?: string | null
  /** Of `references`: whole groups (a department, a post, everybody) may be taken at once. */
  grouped?: boolean
  /** Of `lines`: the boxes of one line, and what a line is called (步). */
  fields?: Field[]
  line?: string
}

export interface Column {
  field: string
  width?: number | null
  fixed?: boolean
  sortable?: boolean
  shown?: boolean
}

export type FilterKind = 'choice' | 'reference' | 'flag' | 'text' | 'date_range' | 'moment_range'

export interface Filter {
  field: string
  kind: FilterKind
}

export interface Action {
  name: string
  title: string
  where: 'row' | 'bulk' | 'page'
  gives: 'rows' | 'message' | 'file'
  tone?: 'primary' | 'danger' | 'plain'
  confirm?: string | null
  fields?: Field[]
  when?: Record<string, string[]>
  once?: boolean
}

export type LedgerRight = 'read' | 'create' | 'edit' | 'delete' | 'import' | 'export'

export interface Ledger {
  name: string
  title: string
  group: string
  system?: string
  noun: string
  measure: string
  /** What changing a row is called, where it is not 编辑. */
  edit_title?: string
  /** What making a row is called; 新增 and its noun without. */
  create_title?: string
  empty: string
  rights: Record<LedgerRight, boolean>
  fields: Field[]
  columns: Column[]
  filters: Filter[]
  search: string | null
  form: { title: string; fields: string[] }[]
  sort: string
  sorts: string[]
  actions: Action[]
  /** What a form may ask before it is saved: a button beside `field`. */
  probes?: Probe[]
  attachments: boolean
  /** Many files at once find their rows by name. */
  files_by: boolean
  history: boolean
  /** Rows take effect after approval, in editions; `is_read`: people say that they have read them. */
  published?: { is_read: boolean } | null
  /** What its standards are called, where rows may be made of them. */
  library?: string | null
  live: boolean
  importable: boolean
  /** Chosen for a whole sheet, before it is imported. */
  import_options?: Field[]
  exportable: boolean
  /** What a sheet may have beside the list's columns. */
  export_more: string[]
  /** What may be done to many rows at once: fields that take one value, removal, names of buttons. */
  bulk: { edit: string[]; delete: boolean; actions: string[] }
  /** Rows of other ledgers hang on its rows. */
  related?: boolean
  /** What the console has of its own for it: a row's page, a form, something in the detail or above the list. */
  parts?: { name: string; title: string; place: 'row' | 'form' | 'detail' | 'above' }[]
}

export interface Probe {
  name: string
  title: string
  field: string
}

export interface Finding {
  message: string
  tone: Tone
  facts: Record<string, string>
}

export interface Reference {
  id: string
  label: string
  /** The ledger, where the field itself does not say it. */
  to?: string
}

export interface Place {
  lng: number | null
  lat: number | null
  accuracy?: number | null
  /** What kind of degrees: of Chinese maps (typed), or of satellites (located). */
  datum?: 'gcj02' | 'wgs84'
}

export interface Grant {
  right: string
  scope: string
}

export type Values = Record<string, unknown>

export interface Row {
  id: string
  label: string
  version: number
  tone?: Tone
  values: Values
  can: string[]
  /** In the answer to a new row alone: what is shown this once. */
  once?: string
}

export interface Count {
  value: number
  exact: boolean
}

export interface Page {
  items: Row[]
  next: string | null
  previous: string | null
  count: Count
  /** How many rows stand before the page, where that is known. */
  start?: number | null
  /** What whoever opens the ledger has to know of it as a whole. */
  notices: { title: string; text: string }[]
  /** Sums over all rows that were asked for, by column. */
  totals: Record<string, number>
}

/** Rows of another ledger that hang on a row: they name it by the field `by`; the first ones, and how many. */
export interface Related {
  ledger: string
  title: string
  noun: string
  measure: string
  by: string
  by_title: string
  many: boolean
  /** I may make one that names this row. */
  create: boolean
  count: Count
  items: Row[]
}

/** A group of what a field takes: what kind it is (部门), its name, its rows. */
export interface Grouping {
  kind: string
  title: string
  ids: string[]
}

export interface HistoryEntry {
  at: string
  by: Named | null
  door: string
  action: string
  /** The act in words. */
  title: string
  changes: { field: string; title: string; old: unknown; new: unknown }[]
}

export interface Attachment {
  id: string
  name: string
  size: number
  mime: string
  at: string
  by: Named | string | null
  /** Evidence: nobody takes it away. */
  kept: boolean
  /** Added when the row was closed. */
  later: boolean
}

export interface Option {
  id: string
  label: string
  note?: string | null
}

export interface ActionAnswer {
  message?: string
  rows?: Row[]
}

export interface Rights {
  items: { name: string; title: string; group: string }[]
  scopes: { value: string; title: string }[]
}

export interface LiveMessage {
  type: 'hello' | 'changed' | 'messages'
  ledger?: string
  id?: string
  /** With `messages`: how many of mine I have not read. */
  unread?: number
}
