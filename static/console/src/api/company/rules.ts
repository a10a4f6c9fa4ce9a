import { get, post, request } from '@/api/client'
import type { Field, Values } from '@/api/types'

/** What can't be read, what holds instead, and what to do. */
export interface RuleProblem {
  what: string
  cause: string
  advice: string
}
export interface BookShort {
  name: string
  title: string
  summary: string
  version: number
  valid_from: string | null
  /** Titles of the parts that nobody has compared with the regulation's text. */
  unchecked: string[]
  parts_count: number
  problems: RuleProblem[]
}
export interface RulePart {
  name: string
  title: string
  help: string | null
  basis: string
  article: string
  field: Field
  rows: Values[]
  mark: { by: string; at: string; seen: string } | null
}
export interface RuleVersion {
  number: number
  valid_from: string
  note: string | null
  made_by: string | null
  made_at: string
  origin: string
  state: 'in_force' | 'coming' | 'past' | 'withdrawn'
  state_text: string
}
/** Somebody compared a part with a text; `holds` for the words that are shown now. */
export interface RuleCheck {
  part: string
  by: string
  at: string
  seen: string
  withdrawn_at: string | null
  holds: boolean
}
export interface Book extends BookShort {
  checks: RuleCheck[]
  may_edit: boolean
  newest: number
  shown: number
  file: string
  parts: RulePart[]
  versions: RuleVersion[]
}
export interface Change {
  on: number
  valid_from: string | null
  note: string
  parts: Record<string, { basis: string; article: string; rows: Values[] }>
}

const at = (name: string, rest = '') => `/rules/${encodeURIComponent(name)}${rest}`
export const readBooks = () => get<{ items: BookShort[] }>('/rules')
export const readBook = (name: string, version?: number) =>
  get<Book>(at(name, version === undefined ? '' : `?version=${version}`))
export const saveBook = (name: string, change: Change) => request<Book>('PUT', at(name), { body: { ...change } })
export const markPart = (name: string, part: string, version: number, seen: string | null) =>
  post<Book>(at(name, '/marks'), { part, version, seen })
export const withdraw = (name: string, version: number) => post<Book>(at(name, '/withdrawals'), { version })
