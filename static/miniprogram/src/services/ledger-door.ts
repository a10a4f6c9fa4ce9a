/** The routes of ledgers on the phone, one function each. All throw Refused. */

import { query } from '../logic/links'
import { ask, asMe } from './door'
import { ofUnit, orSeen } from './kept'
import type { FileOfRow, Grouping, Happened, Ledger, Related, Row, RowPage, Values } from './ledger-shapes'

const at = (ledger: string, rest = '') => `/ledgers/${encodeURIComponent(ledger)}${rest}`
const row = (ledger: string, id: string, rest = '') => at(ledger, `/${encodeURIComponent(id)}${rest}`)

export const readLedgers = () =>
  orSeen('ledgers', ofUnit('all'), () => ask<{ items: Ledger[] }>('GET', '/ledgers')).then(({ items }) => items)

export interface Asked {
  q?: string
  cursor?: string
  limit?: number
  filters?: Record<string, string | string[] | { from?: string; to?: string }>
}
export function readRows(ledger: string, { filters = {}, ...asked }: Asked) {
  const wire: Record<string, string | string[] | number | undefined> = { ...asked }
  for (const [name, value] of Object.entries(filters)) {
    if (typeof value === 'string' || Array.isArray(value)) wire[`f.${name}`] = value
    else Object.assign(wire, { [`f.${name}.from`]: value.from, [`f.${name}.to`]: value.to })
  }
  const address = at(ledger, query(wire))
  return orSeen('rows', ofUnit(address), () => ask<RowPage>('GET', address))
}
export const readRow = (ledger: string, id: string) =>
  orSeen('row', `${ledger}.${id}`, () => ask<Row>('GET', row(ledger, id)))
export const readRelated = (ledger: string, id: string) =>
  ask<{ items: Related[] }>('GET', row(ledger, id, '/related')).then(({ items }) => items)
export const readHistory = (ledger: string, id: string) =>
  ask<{ items: Happened[] }>('GET', row(ledger, id, '/history')).then(({ items }) => items)
export const readFiles = (ledger: string, id: string) =>
  ask<{ items: FileOfRow[] }>('GET', row(ledger, id, '/attachments')).then(({ items }) => items)
export const fileAddress = (ledger: string, id: string, file: string) =>
  `/api/mp/v1${row(ledger, id, `/attachments/${encodeURIComponent(file)}`)}`

export const readChoices = (ledger: string, field: string, q: string) =>
  ask<{ items: { id: string; label: string; note: string }[] }>(
    'GET',
    at(ledger, `/options/${encodeURIComponent(field)}${query({ q, limit: 30 })}`),
  ).then(({ items }) => items)
export const readGroupings = (ledger: string, field: string) =>
  ask<{ items: Grouping[]; names: Record<string, string> }>(
    'GET',
    at(ledger, `/groupings/${encodeURIComponent(field)}`),
  )

/** A new row. Sent again under its `key` it is made once. */
export async function createRow(ledger: string, key: string, values: Values): Promise<Row> {
  const headers = { 'Idempotency-Key': key }
  return (await asMe({ method: 'POST', path: at(ledger), body: { values }, headers })).body as Row
}
export const editRow = (ledger: string, id: string, version: number, values: Values) =>
  ask<Row>('PUT', row(ledger, id), { version, values })
export const actOn = (ledger: string, action: string, id: string, values: Values) =>
  ask<{ message?: string }>('POST', at(ledger, `/actions/${encodeURIComponent(action)}`), { ids: [id], values })
