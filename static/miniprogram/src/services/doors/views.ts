/** Views beside ledgers on the phone. All throw Refused. */

import { query } from '../../logic/links'
import { ask } from './door'
import { ofUnit, orSeen } from '../storage/kept'

export interface MonthDay {
  day: string
  numbers: number[]
  /** How many things had nothing on the day; null where nobody can say. */
  missing: number | null
  rest: boolean
}
/** A month of a ledger, day by day. */
export interface Month {
  month: string
  today: string
  sentence: string
  unit: string
  measures: { name: string; title: string }[]
  gaps: { title: string; mark: string; ledger: string; noun: string; measure: string } | null
  days: MonthDay[]
  total: number[]
}

/** `filters` are those of the ledger, by name. */
export function readViewMonth(name: string, month: string, filters: Record<string, string>) {
  const wire = Object.fromEntries(Object.entries(filters).map(([field, id]) => [`f.${field}`, id]))
  const address = `/views/${name}${query({ month, ...wire })}`
  return orSeen('view', ofUnit(address), () => ask<Month>('GET', address))
}
