import type { Named } from './types'

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
  told: { total: number; acknowledged: number; on_site: number; need_help: number }
  can: { update: boolean; correct: boolean; close: boolean; do_duty: boolean }
  closing: string | null
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
  next_at: string | null
  server_time: string
}
