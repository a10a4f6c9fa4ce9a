import type { Accident } from './accident-types'
import { BASE, get, request } from '@/api/client'
import type { Someone } from '@/api/tasks/tasks'
import type { Named } from '@/api/types'

/** Making a flash report (docs/messages.md, "Shapes"); the phone's door takes the very same. */

export interface Preset {
  level: string
  name: string
  ways: string[]
  persons: number
  groups: number
}
export interface ReportOptions {
  company: Named
  sites: Named[]
  categories: string[]
  ways: { value: string; title: string }[]
  groups: Named[]
  presets: Preset[]
  /** From which figures on an accident is of a class, the lowest first; the loss in 万元. */
  grades: { level: string; deaths: number; serious_injuries: number; direct_loss_wan: number }[]
  bypass: string
}
export interface ReportBody {
  company: string | null
  site: string | null
  grid: string | null
  what: string
  place: string
  lng: number | null
  datum: 'gcj02' | 'wgs84'
  lat: number | null
  happened_at: string | null
  category: string | null
  deaths: number | null
  serious_injuries: number | null
  minor_injuries: number | null
  missing: number | null
  direct_loss_wan: number | null
  equipment: string | null
  situations: string[] | null
  measures: string | null
  needs: string | null
  photos: string[]
  receivers: { persons: string[]; groups: string[]; ways: string[] } | null
}
export type Reported = Accident & { created: boolean; photos_gone: string[] }

const enc = encodeURIComponent
const ofUnit = (unit: string) => (unit ? `unit=${enc(unit)}` : '')

export const readOptions = (unit: string, signal?: AbortSignal) =>
  get<ReportOptions>(`/accidents/options?${ofUnit(unit)}`, signal)
export const findReceivers = (q: string, unit: string) =>
  get<{ items: Someone[] }>(`/accidents/people?q=${enc(q)}&${ofUnit(unit)}`).then((answer) => answer.items)
/** A report that may be of the same accident as the one that is being filled in. */
export interface SamePlace {
  id: string
  number: string
  what: string
  place: string
  minutes: number
  by: string
  mine: boolean
}
export const findSamePlace = (body: ReportBody, key: string) =>
  request<{ items: SamePlace[] }>('POST', '/accidents/same-place', { body, headers: { 'Idempotency-Key': key } }).then(
    (answer) => answer.items,
  )
/** What a further witness says, added to the first report. */
export const addTo = (id: string, body: ReportBody) =>
  request<Reported>('POST', `/accidents/${enc(id)}/additions`, { body })
/** The same key again gives the report that is there: a lost answer and a second press make one. */
export const sendReport = (body: ReportBody, key: string) =>
  request<Reported>('POST', '/accidents/reports', { body, headers: { 'Idempotency-Key': key } })
/** A photo that waits for its report. */
export const waitingPhoto = (id: string) => `${BASE}/photos/${enc(id)}`
