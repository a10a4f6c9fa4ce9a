/** Tasks that people give each other, as the phone door gives and takes them (H03). */

import type { Ref } from './door'

/** How many of the people are how far. */
export interface Progress {
  total: number
  doing: number
  reviewing: number
  done: number
  cancelled: number
  overdue: number
}

/** A field in which a result is told, as its giver wants it. */
export interface ResultField {
  title: string
  kind: string
  required: boolean
  choices?: string[]
}

export interface Giving {
  title: string
  text: string
  persons: string[]
  due_at: string | null
  needs_review: boolean
  form: ResultField[]
}

/** What one of the people has of a given task. */
export interface GivenPart {
  person: Ref
  state: 'doing' | 'reviewing' | 'done' | 'cancelled'
  state_text: string
  late: boolean
  result: string
  values: { title: string; value: unknown; pictures: string[] }[]
  case: string | null
  updated_at: string
}

/** A task that was given, with all its people. */
export interface Given {
  id: string
  title: string
  text: string
  number: string
  due_at: string | null
  late: boolean
  state: 'open' | 'closed' | 'cancelled'
  state_text: string
  needs_review: boolean
  progress: Progress
  persons: GivenPart[]
}

/** Whether an answer is a given task, and not the page of a hotspot. */
export const isGiven = (body: unknown): body is Given =>
  typeof (body as Given | null)?.id === 'string' && Array.isArray((body as Given).persons)
