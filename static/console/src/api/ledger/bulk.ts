import { get, post } from '@/api/client'
import type { ExportOrder } from './ledgers'
import type { Job } from './jobs'
import type { Count, Values } from '@/api/types'

export interface RefusedRows {
  code: string
  reason: string
  count: number
  example: string | null
}

/** What would come of an act: of `count` rows (one had `seen` so many) the first `tried` were tried. */
export interface BulkPreview {
  title: string
  count: number
  seen: number | null
  tried: number
  refused: number
  refusals: RefusedRows[]
  goes_along: { title: string; count: number }[]
  /** Why nothing of it can be undone. */
  why_no_undo: string | null
  /** Rows that can't be brought back, by reason. */
  not_back: { reason: string; count: number }[]
  undo_hours: number
}

export interface BulkAct {
  id: string
  kind: 'edit' | 'delete' | 'act'
  title: string
  ledger: string
  ledger_title: string
  measure: string
  by: string
  mine: boolean
  at: string
  state: 'finding' | 'working' | 'done' | 'undoing' | 'undone' | 'stopped'
  total: number
  done: number
  refused: number
  waiting: number
  back: number
  stays: number
  refusals: RefusedRows[]
  not_back: RefusedRows[]
  can_undo: boolean
  why_not: string | null
  undo_until: string | null
  undone_at: string | null
  undone_by: string | null
  can_go_on: boolean
}

export interface BulkBegun {
  act: BulkAct
  /** None where it is done already. */
  job: Job | null
}

/** Which rows: ticked ones, or all that the list's question leaves, of which one saw `count`. */
export type Chosen = { ids: string[] } | { all: true; q: string; filters: ExportOrder['filters']; count: number }

/** What to do with them: 'edit', 'delete', or `actions/…` for a button. */
export type Doing = 'edit' | 'delete' | `actions/${string}`

const path = (ledger: string, doing: Doing) => `/${encodeURIComponent(ledger)}/bulk/${doing}`
const body = (chosen: Chosen, values: Values) => ({ ...chosen, ...(Object.keys(values).length && { values }) })

export const previewBulk = (ledger: string, doing: Doing, chosen: Chosen, values: Values) =>
  post<BulkPreview>(path(ledger, doing), { ...body(chosen, values), dry: true })
export const startBulk = (ledger: string, doing: Doing, chosen: Chosen, values: Values) =>
  post<BulkBegun>(path(ledger, doing), body(chosen, values))

/** How many rows a list's question leaves, counted to the end. `query` as lib/query.ts makes it. */
export function countRows(ledger: string, query: string): Promise<Count> {
  const asked = new URLSearchParams(query)
  for (const name of ['sort', 'limit', 'cursor', 'end']) asked.delete(name)
  return get<Count>(`/${encodeURIComponent(ledger)}/count?${asked.toString()}`)
}

export const listBulkActs = () => get<{ items: BulkAct[] }>('/bulk-acts').then((answer) => answer.items)
export const readBulkAct = (id: string) => get<BulkAct>(`/bulk-acts/${id}`)
export const undoBulk = (id: string) => post<BulkBegun>(`/bulk-acts/${id}/undo`, {})
export const goOnBulk = (id: string) => post<BulkBegun>(`/bulk-acts/${id}/continue`, {})
