import type { Answer, Board } from './accident-types'
import { get, post } from './client'

const enc = encodeURIComponent
const at = (id: string) => `/accidents/${enc(id)}`

export interface BoardPage {
  state: string
  answer: string
  q: string
  offset: number
  limit: number
}
export function readBoard(id: string, page: BoardPage, signal?: AbortSignal) {
  const asked = Object.entries(page).filter(([, value]) => value !== '')
  return get<Board>(`${at(id)}/board?${new URLSearchParams(asked.map(([name, value]) => [name, String(value)]))}`, signal)
}
export const answerAccident = (id: string, answer: Answer) => post<unknown>(`${at(id)}/answers`, { answer })
export const doDuty = (id: string, sequence: number, note: string) => post<unknown>(`${at(id)}/duties/${sequence}`, { note: note || null })

export const closeAccident = (id: string, closing: string) => post<unknown>('/accidents/actions/close', { ids: [id], values: { closing } })
