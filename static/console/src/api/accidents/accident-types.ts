import type { Named } from '@/api/types'

/** The shapes of docs/messages.md, "Shapes". Unknown numbers are null, which is not 0. */

export type Answer = 'received' | 'on_site' | 'need_help'

export interface Casualties {
  deaths: number | null
  serious_injuries: number | null
  minor_injuries: number | null
  missing: number | null
}

export interface Duty {
  sequence: number
  title: string
  to_whom: string
  due_at: string
  done_at: string | null
  done_by: string | null
  late: boolean
  note?: string | null
  /** When the unit's leader was told, as far as known; the clock runs from then. */
  starts_at: string | null
  way_text: string | null
  /** When somebody wrote down that it was done. */
  entered_at: string | null
  basis: string | null
}

export interface Version {
  number: number
  kind: string
  kind_text: string
  at: string
  by: string | Named | null
  note: string | null
  changed: string[]
}

export interface Accident extends Casualties {
  id: string
  number: string
  company: Named
  site: Named | null
  grid: Named | null
  equipment: Named | null
  situations: string[] | null
  situations_text: string[]
  leader_told_at: string | null
  special_level: string | null
  /** Regulation and article that the level stands on, in one line. */
  basis: string | null
  entered_late_minutes: number | null
  rules_version: number | null
  authorities: { by: string; to: string; minutes: number }[]
  authorities_basis: string
  changes_until: string
  changes_days: number
  changes_basis: string
  what: string
  place: string
  lng: number | null
  lat: number | null
  happened_at: string
  category: string | null
  direct_loss_wan: number | string | null
  measures: string | null
  level: string | null
  provisional: boolean
  level_text: string
  state: 'open' | 'closed'
  reported_at: string
  reporter: Named | null
  version: number
  versions: Version[]
  photos: { id: string; url: string }[]
  duties: Duty[]
  mine: { notice: string; answer: Answer | null; answered_at: string | null } | null
  /** In whose stead I was told: some wait for a button of their own, one may be answered for with my own answer. */
  stands_for: { notice: string; name: string; state: 'waits' | 'with_mine' | 'answered' }[]
  told: { total: number; acknowledged: number; on_site: number; need_help: number }
  can: { update: boolean; correct: boolean; tell_all: boolean; close: boolean; do_duty: boolean }
  closing: string | null
  /** It was told to those who judge it alone, as its account had reported many within the hour. */
  held: boolean
  /** Reported by somebody of no unit; `caller` is what they said of themselves. */
  unverified: boolean
  caller: string | null
  needs: string | null
  /** The calls for help that stand, the newest first, and who is coming. */
  help: Help[]
  /** My own notice of the newest call that I was asked to come to. */
  called: Accident['mine']
}

export interface Help {
  name: string
  phone: string | null
  at: string
  mine: boolean
  called: number
  coming: { name: string; answer: Answer; word: string }[]
}

/** An accident that breaks in; `key` changes with every new alarm of it. */
export interface Alarm {
  id: string
  key: string
  number: string
  what: string
  place: string
  company: string
  level_text: string
  at: string
  title: string
  callers: string[]
  asks: 'answer' | 'help' | null
}

export type PersonState = 'told' | 'delivered' | 'seen' | 'acknowledged' | 'unreached'

export interface WayState {
  way: string
  state: string
  at: string | null
  reason: string | null
  step: number
}

export interface BoardPerson {
  person: { id: string; name: string; phone: string | null }
  notice: string
  why: string
  state: PersonState
  answer: Answer | null
  answered_at: string | null
  ways: WayState[]
  next: { at: string; who: string; way: string } | null
  /** Why the chain rings no more, in words. */
  stopped: string | null
}

export interface BoardGroup {
  id: string
  name: string
  state: string
  reason: string | null
}

/** Each person is in exactly one state, so the states add up to `total`. */
export type Counts = Record<PersonState | 'total', number>

export interface Board {
  accident: Accident
  people: BoardPerson[]
  /** The offset of the next page of people. */
  next: number | null
  /** How many people the filters leave, in all pages. */
  matching: number
  groups: BoardGroup[]
  counts: Counts
  answers: Record<Answer, number>
  /** Who is asked and has said nothing; the reporter need not. */
  unanswered: number
  next_at: string | null
  server_time: string
}
