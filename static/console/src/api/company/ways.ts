import { get } from '@/api/client'

/** A limit of the platform: at most `most` within `seconds`, of which `used` are. */
export interface Usage {
  title: string
  used: number
  most: number
  seconds: number
}
/** Somebody whom nothing wakes: where they stand, and why each way fails. */
export interface Unreachable {
  person: { id: string; name: string }
  company: { id: string; name: string }
  places: string[]
  lacks: { way: string; way_text: string; why: string; advice: string }[]
}

export const readUsage = (ledger: string, id: string) =>
  get<{ items: Usage[] }>(`/${ledger}/${encodeURIComponent(id)}/usage`)
export const readUnreachable = () => get<{ items: Unreachable[]; total: number }>('/chains/warnings')
