import { get, post } from '@/api/client'
import type { Named } from '@/api/types'

/** A place of the grid (E01), in the order of the tree. */
export interface Node {
  id: string
  parent: string | null
  level: number
  level_title: string
  name: string
  code: string | null
  label: string
  lng: number | null
  lat: number | null
  enabled: boolean
  version: number
  owner: Named | null
  site: Named | null
  open: number
  open_below: number
  may_edit: boolean
}
export interface TemplateOrder {
  templates: string[]
  company?: string
  under?: string
  site?: string
  sources: boolean
}
const of = (company: string) => (company ? `?company=${encodeURIComponent(company)}` : '')
export const readTree = (company: string) =>
  get<{ items: Node[] }>(`/grid-tree${of(company)}`).then((answer) => answer.items)
export const useTemplates = (order: TemplateOrder) =>
  post<{ message: string; made: number; kept: number; items: Node[] }>(
    '/grid-tree/from-template',
    order as unknown as Record<string, unknown>,
  )
export const moveOwner = (id: string, person: string | null, handOver: boolean) =>
  post<{ moved: number; items: Node[] }>(`/grid-tree/${encodeURIComponent(id)}/owner`, { person, hand_over: handOver })
