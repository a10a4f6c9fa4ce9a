import type { Accident, Answer, Board, Candidate, Report, ReportOptions } from './accident-types'
import { get, post, request, upload } from './client'

const enc = encodeURIComponent
const at = (id: string) => `/accidents/${enc(id)}`

export const readBoard = (id: string, signal?: AbortSignal) => get<Board>(`${at(id)}/board`, signal)
export const answerAccident = (id: string, answer: Answer) => post<unknown>(`${at(id)}/answers`, { answer })
export const doDuty = (id: string, sequence: number, note: string) => post<unknown>(`${at(id)}/duties/${sequence}`, { note: note || null })

/** `key` makes a second send of the same report the same accident. */
export const reportAccident = (report: Report, key: string) =>
  request<Accident>('POST', '/accidents/reports', { body: report, headers: { 'Idempotency-Key': key } })
export const readOptions = () => get<ReportOptions>('/accidents/options')
export const findPeople = (q: string, signal?: AbortSignal) =>
  get<{ items: Candidate[] }>(`/accidents/people?q=${enc(q)}`, signal).then((answer) => answer.items)
export const sendPhoto = (file: File, progress: (part: number) => void) => upload<{ id: string }>('/photos', file, progress)

/** 续报, or with `correction` 更正: `version` and only what changed. */
export const supplementAccident = (id: string, body: { version: number; correction: boolean; note: string | null } & Record<string, unknown>) =>
  request<Accident>('PUT', at(id), { body })
export const closeAccident = (id: string, closing: string) => post<unknown>('/accidents/actions/close', { ids: [id], values: { closing } })
