/** The shapes of the phone door, as docs/http-api.md writes them down. */

export interface Place {
  lng: number
  lat: number
  /** Metres. */
  accuracy: number
}

export interface Person {
  id: string
  name: string
  phone: string
  login: string
}

export interface Ref {
  id: string
  name: string
}

export type UnitState = 'approved' | 'waiting' | 'refused' | 'ended'

export interface Unit extends Ref {
  state: UnitState
  role: 'operator' | 'safety_officer'
  current: boolean
  site: string | null
}

export interface SessionView {
  expires_at: string
  person: Person
  units: Unit[]
  /** What one may, by the name of the right, and how far it reaches. */
  rights: Record<string, string>
  must_change_password: boolean
}

export interface NewSession extends SessionView {
  token: string
}

export interface Binding {
  id: string
  unit: Ref
  state: UnitState
  applied_at: string
}

export interface ClockIn {
  id: string
  day: string
  scanned_at: string
  received_at: string
  late: boolean
  place: Place | null
  unit: Ref
  person: Ref
  equipment: { id: string; name: string; code: string; register_no: string; location: string; type: string }
  certificate: { number: string; code: string; project: string; valid_until: string }
  created: boolean
}

export interface Today {
  day: string
  server_time: string
  unit: Unit | null
  state: 'on_duty' | 'off' | 'no_unit' | 'waiting'
  title: string
  records: ClockIn[]
  equipment: { id: string; name: string; location: string; codes: string[]; last_scan: string | null }[]
  certificates: { valid: number; expiring: number; expired: number }
}

export type CertificateState = 'valid' | 'expiring' | 'expired' | 'revoked'

/** The equipment that a label stands at. */
export interface Labelled extends Ref {
  location: string | null
  codes: string[]
  unit: Ref
  state: 'in_use' | 'stopped' | 'scrapped'
}

export interface Certificate {
  id: string
  number: string
  code: string
  project: string
  valid_until: string
  state: CertificateState
  unit: Ref
}

export interface Page<T> {
  items: T[]
  next: string | null
}

export type AnswerWord = 'received' | 'on_site' | 'need_help'

export interface Duty {
  sequence: number
  title: string
  to_whom: string
  due_at: string
  done_at: string | null
  done_by: string | null
  late: boolean
}

export interface Version {
  number: number
  kind: string
  kind_text: string
  at: string
  by: string
  note: string
  changed: string[]
}

/** What people fill in. Unknown numbers are null, never 0. */
export interface Facts {
  what: string
  place: string
  happened_at: string
  category: string | null
  deaths: number | null
  serious_injuries: number | null
  minor_injuries: number | null
  missing: number | null
  direct_loss_wan: number | null
  measures: string | null
  lng: number | null
  lat: number | null
}

export interface Accident extends Facts {
  id: string
  number: string
  company: Ref
  site: Ref | null
  grid: Ref | null
  level: string | null
  provisional: boolean
  level_text: string
  state: 'open' | 'closed'
  reported_at: string
  reporter: Ref | null
  version: number
  versions: Version[]
  photos: { id: string; url: string }[]
  duties: Duty[]
  mine: { notice: string; answer: AnswerWord | null; answered_at: string | null } | null
  told: { total: number; acknowledged: number; on_site: number; need_help: number }
  can: { update: boolean; correct: boolean; close: boolean; do_duty: boolean }
  closing: string | null
}

/** null: the preset of unit and level. */
export interface Receivers {
  persons: string[]
  groups: string[]
  ways: string[]
}

export interface ReportBody extends Facts {
  company: string
  site: string | null
  grid: string | null
  photos: string[]
  receivers: Receivers | null
}

export interface Options {
  sites: Ref[]
  categories: string[]
  ways: { value: string; title: string }[]
  groups: Ref[]
  presets: { level: string | null; name: string; ways: string[]; persons: number; groups: number }[]
  /** From the lowest class up: from which figures on an accident is of it. */
  grades?: { level: string; deaths: number; serious_injuries: number; direct_loss_wan: number }[]
}

export interface Colleague extends Ref {
  role: string
  site: string | null
}

export interface Message {
  id: string
  kind: string
  title: string
  text: string
  link: string
  created_at: string
  read_at: string | null
  needs_answer: boolean
  answer: AnswerWord | null
  subject: { kind: string; id: string } | null
}

export interface Messages extends Page<Message> {
  unread: number
}

/** True when an answer's body is an accident. */
export function isAccident(body: unknown): body is Accident {
  const found = body as Accident | null
  return Boolean(found && typeof found === 'object' && found.id && found.number && found.what)
}

/** True when an answer's body is a clock-in; a captive portal's 200 must never count as one. */
export function isClockIn(body: unknown): body is ClockIn {
  const record = body as ClockIn | null
  return Boolean(record && typeof record === 'object' && record.id && record.equipment?.name && record.scanned_at)
}
