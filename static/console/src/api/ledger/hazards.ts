import { get } from '@/api/client'

/** One hazard as both doors show it (E09). What is not drawn here is left out. */
export interface Hazard {
  id: string
  number: string
  what: string | null
  state: string
  state_text: string
  level: string | null
  level_text: string | null
  due_at: string | null
  overdue: boolean
  late: boolean
  extensions: number
  measures: string | null
  duty_note: string | null
  funds: string | null
  funds_wan: number | null
  plan_note: string | null
  result: string | null
  review_note: string | null
  rectified_at: string | null
  closed_at: string | null
  became: unknown
  photos_before: { id: string; url: string }[]
  photos_after: { id: string; url: string }[]
  photos_returned: { id: string; url: string }[]
  case: unknown
  extension: unknown
  rectifier?: { id: string; name: string } | null
  can: { withdraw: boolean; extend: boolean; edit: boolean }
  [more: string]: unknown
}
export interface Happened {
  at: string
  name: string
  for: string | null
  title: string
  step: string | null
  comment: string | null
  door: string
  door_text: string
  changes: { title: string; old: unknown; new: unknown }[]
}
export const readHazard = (id: string) => get<Hazard>(`/hazards/${encodeURIComponent(id)}/view`)
export const readTimeline = (id: string) =>
  get<{ items: Happened[] }>(`/hazards/${encodeURIComponent(id)}/timeline`).then((answer) => answer.items)
