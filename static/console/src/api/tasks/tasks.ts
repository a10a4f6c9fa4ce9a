import type { About } from './about'
import { get, post, request } from '@/api/client'
import type { Field, Named } from '@/api/types'

/** Tasks and approvals (docs/tasks.md, "JSON"). */
export type TaskBox = 'todo' | 'done' | 'given' | 'followed' | 'all'
export type CaseBox = 'waiting' | 'done' | 'started' | 'all'

export interface Counts {
  todo: number
  overdue: number
  approvals: number
  unread: number
}
export interface Subject {
  kind: string
  id: string
  title: string
}
export interface Progress {
  total: number
  doing: number
  reviewing: number
  done: number
  cancelled: number
  overdue: number
}
/** A line of 任务; `given` and `follow` have fewer of these. */
export interface TaskItem {
  id: string
  kind: string
  title: string
  text: string
  number: string
  subject: Subject
  case: { id: string; title: string; step: string } | null
  person?: Named | null
  for?: Named | null
  from?: { name: string }
  state: string
  state_text?: string
  opened_at: string
  due_at: string | null
  late: boolean
  done_at?: string | null
  done_by?: Named | null
  outcome_title?: string | null
  picture?: string | null
  place?: string
  progress?: Progress
  version: number
}
export interface CaseItem {
  id: string
  kind: string
  kind_title: string
  number: string
  title: string
  state: string
  state_text: string
  step: string
  stranded: boolean
  starter: Named
  started_at: string
  ended_at: string | null
  due_at: string | null
  late: boolean
  picture: string | null
  place: string
  task: string | null
  outcome_title: string | null
  done_at: string | null
}
export interface PageOf<Item> {
  items: Item[]
  next: string | null
  counts: Counts
}

/** A field of an outcome's form: as the ledgers' forms, and `photos` besides. */
export type TaskField = Omit<Field, 'kind'> & { kind: Field['kind'] | 'photos' }
export interface Outcome {
  key: string
  title: string
  style: string
  comment: 'none' | 'optional' | 'required'
  fields: TaskField[]
}
export type Offer = Pick<Outcome, 'key' | 'title' | 'style'>
export interface StepPerson {
  id: string
  name: string
  for: string | null
  state: string
  state_text: string
  task: string
  outcome_title: string | null
  comment: string
  at: string | null
  late: boolean
}
export type StepState = 'done' | 'open' | 'returned' | 'skipped' | 'ahead' | 'withdrawn'
export interface Step {
  id: string | null
  key: string
  title: string
  kind: string
  rule: string
  state: StepState
  state_text: string
  visit: number
  stranded: boolean
  opened_at: string | null
  closed_at: string | null
  due_at: string | null
  late: boolean
  added: boolean
  people: StepPerson[]
}
export interface CaseEvent {
  id: string
  at: string
  act: string
  name: string
  for: string | null
  title: string
  comment: string
  door: string
  detail: { people?: string[]; to?: string; of?: string }
  step: string | null
}
export interface Case {
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
  /** Who could take over a step that nobody is left for. */
  fixes: { id: string; name: string; why: string }[]
  /** Only of a case that was asked for by itself: what it is about, and my open task in it. */
  about?: About
  mine?: string | null
  may: { withdraw: boolean; urge: boolean; comment: boolean; reassign: boolean }
}
export interface Task extends Omit<TaskItem, 'case'> {
  shown: { facts: [string, string][]; pictures: string[]; path: string; tone: string }
  about: About
  outcomes: Outcome[]
  done: { by: string; for: string | null; at: string; outcome_title: string; comment: string } | null
  may: { hand_on: boolean; add_signer: boolean; back: { key: string; title: string }[]; comment: boolean }
  case: Case | null
}
export interface Someone {
  id: string
  name: string
  role: string
  site: string | null
}
export interface Decided {
  id: string
  ok: boolean
  error: { title?: string; message: string; cause?: string; advice?: string } | null
}

const enc = encodeURIComponent
const at = (id: string) => enc(id)

export const listTasks = (query: string, signal?: AbortSignal) => get<PageOf<TaskItem>>(`/tasks?${query}`, signal)
export const countTasks = () => get<Counts>('/tasks/counts')
export const readTask = (id: string, signal?: AbortSignal) => get<Task>(`/tasks/${at(id)}`, signal)
/** What I am to do now about a row of a ledger, whichever it is. */
export const myTaskOf = (ledger: string, row: string) =>
  get<{ task: string | null; case: string | null }>(`/tasks/mine?ledger=${enc(ledger)}&row=${at(row)}`)
export const decideTask = (id: string, outcome: string, values: Record<string, unknown>, comment: string) =>
  post<Task>(`/tasks/${at(id)}/decide`, { outcome, values, comment })
/** By task, the outcomes for which nothing must be filled in; one that is not mine to do now is left out. */
export const readOffers = (ids: string[]) =>
  get<{ items: Record<string, Offer[]> }>(`/tasks/offers?ids=${ids.join(',')}`).then((answer) => answer.items)
export const decideMany = (ids: string[], outcome: string) =>
  post<{ results: Decided[] }>('/tasks/decide', { ids, outcome }).then((answer) => answer.results)
export const handOn = (id: string, person: string, comment: string) =>
  post<Task>(`/tasks/${at(id)}/hand-on`, { person, comment })
export const addSigners = (id: string, persons: string[], before: boolean, comment: string) =>
  post<Task>(`/tasks/${at(id)}/signers`, { persons, before, comment })
export const findPeople = (q: string, ofCase = '', company = '') =>
  get<{ items: Someone[] }>(
    `/tasks/people?q=${enc(q)}${ofCase ? `&case=${at(ofCase)}` : ''}${company ? `&company=${at(company)}` : ''}`,
  ).then((answer) => answer.items)

export const listCases = (query: string, signal?: AbortSignal) => get<PageOf<CaseItem>>(`/cases?${query}`, signal)
export const readCase = (id: string, signal?: AbortSignal) => get<Case>(`/cases/${at(id)}`, signal)
export const withdrawCase = (id: string, comment: string) => post<Case>(`/cases/${at(id)}/withdraw`, { comment })
export const urgeCase = (id: string) => post<Case>(`/cases/${at(id)}/urge`, {})
export const commentCase = (id: string, text: string, mentions: string[]) =>
  post<Case>(`/cases/${at(id)}/comments`, { text, mentions })
export const reassignCase = (id: string, persons: string[], comment: string, task: string | null = null) =>
  post<Case>(`/cases/${at(id)}/reassign`, { persons, comment, task })

export const isFollowed = (kind: string, id: string) =>
  get<{ following: boolean }>(`/follows/${enc(kind)}/${at(id)}`).then((answer) => answer.following)
export const follow = (kind: string, id: string, on: boolean) =>
  request<{ following: boolean }>(on ? 'PUT' : 'DELETE', `/follows/${enc(kind)}/${at(id)}`, {
    body: on ? {} : undefined,
  }).then((answer) => answer.following)

/** A task given to people, with how far each of them is. */
export interface FormField {
  name?: string
  title: string
  kind: string
  required: boolean
  choices?: string[]
  help?: string
}
export interface Given extends TaskItem {
  state_text: string
  needs_review: boolean
  progress: Progress
  form: FormField[]
  persons: {
    person: Named
    state: string
    state_text: string
    late: boolean
    result: string
    values: { title: string; value: unknown; pictures: string[] }[]
    case: string | null
    updated_at: string
  }[]
}
export interface Giving {
  title: string
  text: string
  persons: string[]
  due_at: string | null
  needs_review: boolean
  form: FormField[]
  /** Where; the unit that one works for unless named. */
  company?: string
}
/** `key` is its Idempotency-Key: pressed again after a lost answer it is given once. */
export const giveTask = (giving: Giving, key: string) =>
  request<Given>('POST', '/tasks/given', { body: giving, headers: { 'Idempotency-Key': key } })
export const readGiven = (id: string) => get<Given>(`/given/${at(id)}`)
export const cancelGiven = (id: string) => request<Given>('DELETE', `/given/${at(id)}`)
export const remindGiven = (id: string) =>
  post<{ reminded: number }>(`/given/${at(id)}/remind`, {}).then((answer) => answer.reminded)
