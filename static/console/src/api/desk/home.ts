import { get } from '@/api/client'
import type { Filters } from '@/api/ledger/views'

/** How many rows of a ledger the filters leave; not `exact` where there are more than a list counts. */
export interface HomeNumber {
  ledger: string
  name: string
  title: string
  help: string
  tone: 'bad' | 'warn' | 'plain'
  measure: string
  value: number
  exact: boolean
  filters: Filters
}
export interface HomeGroup {
  name: string
  title: string
  numbers: HomeNumber[]
}

export const readHome = () => get<{ groups: HomeGroup[] }>('/home').then((answer) => answer.groups)
