import { get, post, request } from '@/api/client'
import type { Choice, Field } from '@/api/types'

/**
 * A flow's definition as the engine reads it (docs/tasks.md, "A flow's definition"). What is not known here is kept as
 * it is.
 */
export type Condition = { field: string; op: string; value?: unknown } | { all: Condition[] } | { any: Condition[] }
export interface Rule {
  by: string
  when?: Condition | null
  [need: string]: unknown
}
export interface FlowOutcome {
  key: string
  title: string
  style?: string
  comment?: string
  needs?: string[]
  optional?: string[]
  does?: string | null
  effect?: string | null
  next?: string
  restart?: boolean
  [more: string]: unknown
}
export interface Rung {
  after: number
  who: Rule[]
}
export interface FlowStep {
  key: string
  title: string
  kind: string
  text?: string
  who: Rule[]
  rule?: string
  refusal?: string
  when?: Condition | null
  hours?: number | null
  due?: string | null
  remind?: number[]
  ladder?: Rung[]
  outcomes?: FlowOutcome[]
  copies?: Rule[]
  own?: string
  next?: string
  [more: string]: unknown
}
export interface Definition {
  steps: FlowStep[]
  own?: string
  [more: string]: unknown
}
export interface Fault {
  path: string
  sentence: string
}
export interface Way {
  by: string
  title: string
  needs: string[]
  choices: Record<string, Choice[]>
}
/** What a flow of a kind may name. */
export interface About {
  kind: string
  title: string
  fields: Field[]
  inputs: { name: string; title: string; kind: string }[]
  transitions: Choice[]
  effects: (Choice & { needs: string[] })[]
  person_fields: Choice[]
  moment_fields: Choice[]
  has_grid: boolean
  who: Way[]
}
export interface Drawing {
  id: string
  name: string
  kind: string
  shared: boolean
  company: string | null
  version: number
  published: number | null
  drawing: boolean
  definition: Definition
  about: About
}
export interface Tried {
  step: string
  title: string
  kind: string
  rule: string
  skipped: boolean
  who: { id: string; name: string; why: string }[]
  copies: { id: string; name: string; why: string }[]
  nobody: boolean
  due: string | null
}

const at = (id: string) => `/flows/${encodeURIComponent(id)}`
export const readDrawing = (id: string) => get<Drawing>(`${at(id)}/draft`)
export const saveDrawing = (id: string, definition: Definition, version: number) =>
  request<Drawing>('PUT', `${at(id)}/draft`, { body: { definition, version } })
/** Faults, and of a flow without any what may not go at times. */
export const checkFlow = (id: string, definition: Definition) =>
  post<{ faults: Fault[]; doubts: Fault[] }>(`${at(id)}/check`, { definition })
export const tryFlow = (
  id: string,
  definition: Definition,
  on: { subject?: string; values?: Record<string, unknown> },
) => post<{ steps: Tried[] }>(`${at(id)}/try`, { definition, ...on }).then((answer) => answer.steps)
export const publishFlow = (id: string) => post<Drawing>(`${at(id)}/publish`, {})
