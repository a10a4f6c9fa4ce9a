import { get, post, request } from '@/api/client'

type Filters = Record<string, string | string[] | { from?: string; to?: string }>

/** What a list shows: what is searched, filtered, how it is sorted, which columns. */
export interface Question {
  q: string
  filters: Filters
  sort: string
  columns: string[]
}

export interface SavedView extends Question {
  id: string
  name: string
  mine: boolean
  by: string
  shared: boolean
  standard: boolean
  can_change: boolean
  /** What it named and the ledger does not have any more. */
  gone: string[]
}

export interface ViewWords {
  name: string
  shared: boolean
  standard: boolean
}

const enc = encodeURIComponent
export const listViews = (ledger: string) =>
  get<{ items: SavedView[] }>(`/saved-views?ledger=${enc(ledger)}`).then((answer) => answer.items)
export const saveView = (ledger: string, view: Question & ViewWords) =>
  post<SavedView>('/saved-views', { ledger, ...view })
export const changeView = (id: string, part: Partial<Question & ViewWords>) =>
  request<SavedView>('PATCH', `/saved-views/${id}`, { body: part })
export const deleteView = (id: string) => request<void>('DELETE', `/saved-views/${id}`)
