import { get, post } from '@/api/client'
import type { Reference } from '@/api/types'

const enc = encodeURIComponent

export interface Fact {
  title: string
  text: string
}
/** A row that comes along with a standard, unless it is left out. */
export interface Line {
  part: string
  key: string
  label: string
  facts: Fact[]
}
export interface Standard {
  source: string
  from: string
  name: string
  group: string
  sample: boolean
  note: string
  facts: Fact[]
  parts: Line[]
  /** What the unit has of it already. */
  there: Reference | null
}
export interface Shelf {
  title: string
  group_title: string
  groups: string[]
  parts: { name: string; title: string }[]
  items: Standard[]
}
export interface Pick {
  source: string
  without: { part: string; key: string }[]
}
export interface Taken {
  message: string
  made: Reference[]
  refused: { name: string; why: string }[]
}
export interface Change {
  key: string
  title: string
  old: string
  new: string
  mine: string
  /** The unit did not want it. */
  declined: boolean
}
/** Of which standard a row is a copy, and what is new there. */
export interface Copy {
  from: string
  name: string
  taken_at: string
  standing: 'same' | 'moved' | 'declined' | 'gone'
  may: boolean
  changes: Change[]
}

export const readShelf = (ledger: string, company: string) =>
  get<Shelf>(`/${enc(ledger)}/library${company ? `?company=${enc(company)}` : ''}`)
export const takeStandards = (ledger: string, picks: Pick[], company: string) =>
  post<Taken>(`/${enc(ledger)}/library`, { picks, ...(company && { company }) })
export const readCopy = (ledger: string, id: string) =>
  get<{ copy: Copy | null }>(`/${enc(ledger)}/${enc(id)}/standard`).then((answer) => answer.copy)
export const decideStandard = (ledger: string, id: string, adopt: string[], decline: string[]) =>
  post<{ message: string; id: string }>(`/${enc(ledger)}/${enc(id)}/standard`, { adopt, decline })
