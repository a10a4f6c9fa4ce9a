/** Tasks, cases and hazards as the phone door gives them (docs/tasks.md). */

import type { About } from './about'
import type { Progress } from './given'
import type { FoundNode } from './grid'
import type { Datum, Ref } from './door'

export type Counts = Record<'todo' | 'overdue' | 'approvals' | 'unread', number>

interface Subject {
  kind: string
  id: string
  title: string
}

export type TaskState = 'open' | 'waiting' | 'done' | 'cancelled'

export interface TaskItem {
  id: string
  kind: string
  title: string
  text: string
  number: string
  subject: Subject
  case: { id: string; title: string; step: string } | null
  /** Whose it is, where one works for more than one. */
  unit?: Ref | null
  for?: Ref | null
  from?: { name: string }
  state: TaskState | 'gone'
  state_text?: string
  due_at: string | null
  late: boolean
  done_at?: string | null
  done_by?: Ref | null
  outcome?: string | null
  outcome_title?: string | null
  picture: string | null
  place: string
  progress?: Progress // only what I gave to people has it
}

export interface TaskPage {
  items: TaskItem[]
  next: string | null
  counts: Counts
}

/** A case that I started. */
export interface StartedCase {
  id: string
  title: string
  number: string
  subject: Subject
  state: TaskState
  state_text: string
  step: string
  stranded: boolean
  started_at: string
  ended_at: string | null
  due_at: string | null
  late: boolean
  picture: string | null
  place: string
}
export interface StartedPage {
  items: StartedCase[]
  next: string | null
  counts: Counts
}

export interface Choice {
  value: string
  title: string
}

/** What a form asks for; `kind` as the ledgers' forms know it, and `photos`. */
export interface Field {
  name: string
  title: string
  kind: string
  required: boolean
  choices: Choice[] | null
  to: string | null
  max: number | null
  help: string | null
  default?: unknown
  /** Asked for while that field has this value, and not else. */
  needed_when?: [string, string]
  fields?: Field[] // of `lines`: the boxes of one line
  line?: string
}

export interface Outcome {
  key: string
  title: string
  style: string
  comment: 'none' | 'optional' | 'required'
  fields: Field[]
}

export interface StepPerson extends Ref {
  for: string | null
  state: string
  state_text: string
  task: string
  outcome_title: string | null
  comment: string
  at: string | null
  late: boolean
}

export interface Step {
  id: string | null
  key: string
  title: string
  rule: string
  state: string
  state_text: string
  stranded: boolean
  due_at: string | null
  late: boolean
  people: StepPerson[]
}

export interface CaseEvent {
  id: string
  at: string
  name: string
  for: string | null
  title: string
  comment: string
  detail: { people?: string[]; to?: string; of?: string }
}

export interface CaseView {
  id: string
  number: string
  title: string
  state: string
  state_text: string
  starter: string
  started_at: string
  ended_at: string | null
  subject: Subject & { path: string }
  flow: { name: string; version: number }
  steps: Step[]
  events: CaseEvent[]
  /** Only of a case that was asked for by itself: what it is about, and my open task in it. */
  about?: About
  mine?: string | null
  may: { withdraw: boolean; urge: boolean; comment: boolean; reassign: boolean }
}

export interface TaskView extends Omit<TaskItem, 'case'> {
  person: Ref
  shown: { facts: [string, string][]; pictures: string[]; path: string; tone: string }
  about: About
  outcomes: Outcome[]
  done: { by: string; for: string | null; at: string; outcome_title: string; comment: string } | null
  may: { hand_on: boolean; add_signer: boolean; back: { key: string; title: string }[]; comment: boolean }
  case: CaseView | null
}

export interface Likely {
  id: string
  number: string
  what: string | null
  where: string
  state_text: string
  reported_at: string
  reporter: Ref | null
  became: string
  picture: string | null
  metres: number | null
}

export interface SnapOptions {
  nodes: FoundNode[]
  equipment: Ref | null
  near: Likely[]
  criteria: { id: string; code: string; industry: string; title: string }[]
  points: Record<string, number>
  /** Older answers that a phone kept don't say. */
  photo_needed?: boolean
}

export interface SnapBody {
  what: string
  photos: string[]
  grid: string | null
  scan: string | null
  equipment: string | null
  datum?: Datum
  lng: number | null
  lat: number | null
  found_at: string
  company: string
}

export type Photo = { id: string; url: string }

export interface Hazard {
  id: string
  number: string
  what: string | null
  where: string
  state: string
  state_text: string
  level_text: string | null
  reporter: Ref | null
  rectifier: Ref | null
  found_at: string | null
  reported_at: string
  due_at: string | null
  closed_at: string | null
  overdue: boolean
  measures: string | null
  result: string | null
  reason: string | null
  review_note: string | null
  /** Of a major one: the criterion as it was, with regulation and article. */
  criterion_said: string | null
  became: string
  points: number
  mine: boolean
  photos_before: Photo[]
  photos_after: Photo[]
  /** Of a result that was sent back. */
  photos_returned: Photo[]
  case: string | null
  holders: string[]
  extension: { id: string; state: string; state_text: string; due_at: string; reason: string } | null
  can: { withdraw: boolean; extend: boolean; edit: boolean }
}

export interface Told {
  at: string
  name: string
  for: string | null
  title: string
  step: string | null
  comment: string | null
  door_text: string
  changes: { title: string; old: string | null; new: string | null }[]
}

export interface WorkTask {
  id: string
  title: string
  state: TaskState
  due_at: string | null
  late: boolean
  done_at: string | null
  outcome_title: string | null
}

export interface Work {
  items: {
    id: string
    title: string
    kind_title: string
    post: Ref
    rhythm: string
    next_on: string | null
    last: WorkTask | null
  }[]
  open: WorkTask[]
  done: WorkTask[]
  counts: { open: number; late: number; done: number }
}

export interface Points {
  total: number
  items: { points: number; why: string; at: string; subject: { kind: string; id: string } }[]
}

/** My place among who has points; the others for who may read theirs. */
export interface Ranking {
  period: string
  by: string
  count: number
  periods: { value: string; title: string }[]
  groups: { value: string; title: string }[]
  mine: { place: number; points: number } | null
  items: { place: number; person: Ref; points: number; times: number; mine: boolean }[]
}

/** True when an answer's body is a hazard; a captive portal's 200 must never count as one. */
export function isHazard(body: unknown): body is Hazard {
  const found = body as Hazard | null
  return Boolean(found && typeof found === 'object' && found.id && found.number && found.became)
}
