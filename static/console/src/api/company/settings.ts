import { get, post, request } from '@/api/client'
import type { Field } from '@/api/types'

/** A company, or the whole group (`id` is `group`). */
export interface SettingPlace {
  id: string
  name: string
  is_group: boolean
}
export interface SettingChange {
  number: number
  valid_from: string
  before: string
  after: string
  inherits: boolean
  note: string | null
  made_by: string
  made_at: string
  state: 'in_force' | 'coming' | 'past' | 'withdrawn'
  state_text: string
  withdrawn_by: string | null
}
export interface Setting {
  name: string
  field: Field
  value: unknown
  text: string
  source: 'own' | 'group' | 'default'
  /** From whom the value comes, in words. */
  source_text: string
  since: string | null
  default_text: string
  /** What would hold without a value of one's own. */
  above_text: string | null
  /** What the standard library proposes. */
  sample: { value: unknown; text: string; source: string; to_check: boolean } | null
  coming: SettingChange[]
  may_edit: boolean
  why_not: string | null
  newest: number
}
export interface SettingWithChanges extends Setting {
  place: SettingPlace
  changes: SettingChange[]
}
export interface Settings {
  place: SettingPlace
  places: SettingPlace[]
  groups: { title: string; items: Setting[] }[]
}
export interface SettingBody {
  on: number
  value?: unknown
  inherit?: boolean
  valid_from?: string | null
  note?: string | null
}

const at = (name: string, company: string, rest = '') =>
  `/settings/${encodeURIComponent(name)}${rest}?company=${encodeURIComponent(company)}`
export const readSettings = (company?: string) =>
  get<Settings>(`/settings${company ? `?company=${encodeURIComponent(company)}` : ''}`)
export const readSetting = (name: string, company: string) => get<SettingWithChanges>(at(name, company))
export const saveSetting = (name: string, company: string, body: SettingBody) =>
  request<SettingWithChanges>('PUT', at(name, company), { body: { ...body } })
export const withdrawSetting = (name: string, company: string, number: number) =>
  post<SettingWithChanges>(at(name, company, '/withdrawals'), { number })
