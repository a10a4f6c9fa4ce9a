import type { Ledger, Row } from '@/api/types'
import { showValue } from '@/lib/ledger/values'

const PARTS = ' · '
const MOST = 3
/** What says nothing without its title. */
const BARE: string[] = ['date', 'integer', 'number']

/** What a row that hangs on another is called there: without the other's name, which stands above all of them. */
export function calledAt(label: string, other: string): string {
  const rest = label.split(PARTS).filter((part) => part !== other)
  return rest.join(PARTS) || label
}

/**
 * The first things that its list says of a row and its name does not: no bare 否, no day beside its own time of day,
 * and of a date or a number what it is.
 */
export function noteOf(ledger: Ledger | undefined, row: Row, other: string, by: string): string {
  const fields = (ledger?.columns ?? [])
    .filter(({ field }) => field !== by)
    .flatMap(({ field }) => ledger!.fields.find(({ name }) => name === field) ?? [])
  const times = fields.filter(({ kind }) => kind === 'moment').map(({ name }) => String(row.values[name] ?? ''))
  const said = fields.flatMap((field) => {
    const value = row.values[field.name]
    const text = showValue(field, value)
    if (!text || row.label.includes(text) || text === other) return []
    if (field.kind === 'flag') return value === true ? [field.title] : []
    if (!BARE.includes(field.kind)) return [text]
    return field.kind === 'date' && times.some((time) => time.startsWith(String(value)))
      ? []
      : [`${field.title} ${text}`]
  })
  return said.slice(0, MOST).join(PARTS)
}
