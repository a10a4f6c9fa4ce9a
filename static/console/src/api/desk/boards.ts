import { get, post } from '@/api/client'
import type { Filters } from '@/api/ledger/views'

export interface Leads {
  ledger: string
  filters: Filters
}
export interface BoardNumber {
  title: string
  /** null: not known, `text` says why. */
  value: number | null
  of: number | null
  unit: string
  tone: string
  text: string
  leads: Leads | null
}
export interface Bar {
  label: string
  value: number
  /** How many of `value` are late. */
  late: number
  tone: string
  leads: Leads | null
}
export interface Tile {
  name: string
  title: string
  kind: 'numbers' | 'split' | 'chart' | 'list'
  help: string
  /** Whose rows alone were counted, where that is not all. */
  cut: string
  numbers: BoardNumber[]
  bars: Bar[]
  rows: { label: string; note: string; tone: string; ledger: string; row: string }[]
}
interface Named {
  id: string
  name: string
}
export interface Board {
  name: string
  title: string
  at: string
  place: string
  company: string | null
  site: string | null
  companies: Named[]
  sites: Named[]
  tiles: Tile[]
}

export const readBoard = (name: string, query: string, signal?: AbortSignal) =>
  get<Board>(`/boards/${encodeURIComponent(name)}?${query}`, signal)
export const pictureOf = (name: string, query: string) => `/boards/${encodeURIComponent(name)}/picture.png?${query}`
/** The morning's card to the unit's groups, now. */
export const sendCard = (company: string) => post<{ groups: number }>('/board-cards', { company })
