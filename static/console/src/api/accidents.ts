import type { Answer, Board } from './accident-types'
import { get, post } from './client'

const enc = encodeURIComponent
const at = (id: string) => `/accidents/${enc(id)}`

export const readBoard = (id: string, signal?: AbortSignal) => get<Board>(`${at(id)}/board`, signal)
export const answerAccident = (id: string, answer: Answer) => post<unknown>(`${at(id)}/answers`, { answer })
export const doDuty = (id: string, sequence: number, note: string) => post<unknown>(`${at(id)}/duties/${sequence}`, { note: note || null })

export const closeAccident = (id: string, closing: string) => post<unknown>('/accidents/actions/close', { ids: [id], values: { closing } })
