/** The shapes of the phone door, as docs/http-api.md writes them down. */

import type { DutyLaw, Legal, Situation } from './legal'
import type { Ref, Unit, UnitState } from './session'

export type * from './session'

/** What kind of degrees: of satellites, or of Chinese maps. */
export type Datum = 'wgs84' | 'gcj02'

export interface Place {
  lng: number
  lat: number
  /** Metres. */
  accuracy: number
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
  /** What is said aloud although the scan counts: an overdue inspection, a range that nobody could check. */
  reminders: string[]
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
  /** Why an operator can't clock in before they try; `blocking` where nothing they hold counts. */
  hindrance?: { blocking: boolean; title: string; line: string } | null
}

/** How my unit stands today, for who leads; null is what I may not see. At most twenty rows are named. */
export interface UnitToday {
  day: string
  unit: string
  on_duty: { count: number; whole: number; rows: { name: string; since: string; equipment: string }[] }
  unmanned: { count: number; rows: { name: string; place: string }[] } | null
  open: number | null
  overdue: number | null
}

export type CertificateState = 'valid' | 'expiring' | 'expired' | 'revoked'

/** The equipment that a label stands at. */
export interface Labelled extends Ref {
  location: string | null
  codes: string[]
  /** Which certificates will do, in words; or why none is asked for. */
  needs: string
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

export interface Duty extends DutyLaw {
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
  /** 现场需要: what is asked to come. */
  needs?: string | null
  lng: number | null
  lat: number | null
}

export interface Accident extends Facts, Legal {
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
  /** In whose stead I was told: some wait for a button of their own, one may be answered for with my own answer. */
  stands_for?: { notice: string; name: string; state: 'waits' | 'with_mine' | 'answered' }[]
  told: { total: number; acknowledged: number; on_site: number; need_help: number }
  can: { update: boolean; correct: boolean; tell_all: boolean; close: boolean; do_duty: boolean }
  closing: string | null
  held: boolean // told to those who judge it alone
  /** Reported by somebody of no unit: `caller` is what they said of themselves. */
  unverified?: boolean
  caller?: string | null
  /** The calls for help that stand, the newest first. */
  help?: Help[]
  /** My own notice of the newest call that I was asked to come to. */
  called?: Accident['mine']
}

export interface Help {
  name: string
  phone: string | null
  at: string
  mine: boolean
  called: number
  coming: { name: string; answer: AnswerWord; word: string }[]
}

/** What somebody who is not signed in gets for a report. */
export interface Receipt {
  number: string
  created: boolean
}

/** null: the preset of unit and level. */
export interface Receivers {
  persons: string[]
  groups: string[]
  ways: string[]
}

export interface ReportBody extends Facts {
  /** null: the unit is named in words, by a label, or by where one is. */
  company: string | null
  site: string | null
  grid: string | null
  datum?: Datum
  photos: string[]
  receivers: Receivers | null
  unit_name?: string | null
  label?: string | null
  /** Of who belongs to a unit: it is about another one. */
  elsewhere?: boolean
  caller_name?: string | null
  caller_phone?: string | null
  equipment?: string | null
  situations?: string[] | null
}

export interface Options {
  sites: Ref[]
  categories: string[]
  ways: { value: string; title: string }[]
  groups: Ref[]
  presets: { level: string | null; name: string; ways: string[]; persons: number; groups: number }[]
  /** From the lowest class up: from which figures on an accident is of it. */
  situations?: Situation[]
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
  /** For whom I am asked besides: names. */
  stands_for?: string[]
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
