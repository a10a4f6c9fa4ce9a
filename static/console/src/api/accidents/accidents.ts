import type { Alarm, Answer, Board } from './accident-types'
import { get, post } from '@/api/client'

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
  return get<Board>(
    `${at(id)}/board?${new URLSearchParams(asked.map(([name, value]) => [name, String(value)]))}`,
    signal,
  )
}
export const answerAccident = (id: string, answer: Answer) => post<unknown>(`${at(id)}/answers`, { answer })
/** For one in whose stead I was told; it counts for that one alone. */
export const answerInstead = (id: string, notice: string) =>
  post<unknown>(`${at(id)}/stands-for/${encodeURIComponent(notice)}`, {})
/** To a call for help: `received` is 我马上到. */
export const answerCall = (id: string, answer: 'received' | 'on_site') => post<unknown>(`${at(id)}/coming`, { answer })
export const readAlarms = () => get<{ items: Alarm[]; total: number }>('/accidents/alarms')
/** When it was really reported (null: now), by whom (null: me), how, and to whom one spoke. */
export interface DutyDone {
  done_at: string | null
  done_by: string | null
  way: string | null
  note: string | null
}
export const doDuty = (id: string, sequence: number, done: DutyDone) =>
  post<unknown>(`${at(id)}/duties/${sequence}`, { ...done })

/** Tell everybody of a report that was told to those who judge it alone. */
export const tellAll = (id: string) => post<unknown>(`${at(id)}/telling`, {})
export const closeAccident = (id: string, closing: string) =>
  post<unknown>('/accidents/actions/close', { ids: [id], values: { closing } })
