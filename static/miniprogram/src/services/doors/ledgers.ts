/** The routes of ledgers on the phone, one function each. All throw Refused. */

import { query } from '../../logic/links'
import { ask, asMe } from './door'
import { noAnswer } from '../../logic/problems'
import { Refused } from './http'
import { ofUnit, orSeen, see, seen, silent } from '../storage/kept'
import type { FileOfRow, Grouping, Happened, Ledger, Related, Row, RowPage, Values } from '../shapes/ledgers'

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

export const signatureAddress = (ledger: string, id: string, field: string) =>
  `/api/mp/v1${row(ledger, id, `/signatures/${encodeURIComponent(field)}`)}`

export interface ChoiceOfRow {
  id: string
  label: string
  note: string
}
const pickOf = (ledger: string, field: string) => ofUnit(`${ledger}.${field}`)

/** What a reference can name; where nobody answers, what was seen of it, and everybody of the groups. */
export async function readChoices(ledger: string, field: string, q: string): Promise<ChoiceOfRow[]> {
  try {
    const address = at(ledger, `/options/${encodeURIComponent(field)}${query({ q, limit: q ? 30 : 50 })}`)
    const { items } = await ask<{ items: ChoiceOfRow[] }>('GET', address)
    if (!q) see('choices', pickOf(ledger, field), items)
    return items
  } catch (error) {
    const kept = silent(error) ? choicesSeen(ledger, field) : null
    if (!kept) throw error
    return kept.filter(({ label, note }) => `${label}${note}`.includes(q)).slice(0, 50)
  }
}
function choicesSeen(ledger: string, field: string): ChoiceOfRow[] | null {
  const first = seen<ChoiceOfRow[]>('choices', pickOf(ledger, field))?.answer
  const names = seen<Groups>('groupings', pickOf(ledger, field))?.answer.names ?? {}
  if (!first) return null
  const more = Object.entries(names).filter(([id]) => !first.some((one) => one.id === id))
  return [...first, ...more.map(([id, label]) => ({ id, label, note: '' }))]
}

interface Groups {
  items: Grouping[]
  names: Record<string, string>
}
export async function readGroupings(ledger: string, field: string): Promise<Groups> {
  try {
    const groups = await ask<Groups>('GET', at(ledger, `/groupings/${encodeURIComponent(field)}`))
    see('groupings', pickOf(ledger, field), groups)
    return groups
  } catch (error) {
    const kept = silent(error) ? seen<Groups>('groupings', pickOf(ledger, field)) : null
    if (!kept) throw error
    return kept.answer
  }
}

const HALF_DAY = 12 * 3600_000

/** Learn now what a form that is filled in without a signal will offer. Quiet: without it the form still opens. */
export async function prepare({ name, phone, fields }: Ledger): Promise<void> {
  if (!phone.offline) return
  const asked = fields.filter((field) => phone.form.includes(field.name) && !field.default)
  const picks = asked.flatMap((field) => [
    ...(field.kind === 'reference' || field.kind === 'references' ? [{ path: field.name, field }] : []),
    ...(field.fields ?? [])
      .filter(({ kind }) => kind === 'reference')
      .map((part) => ({ path: `${field.name}.${part.name}`, field: part })),
  ])
  const fresh = (kind: string, path: string) => (seen(kind, pickOf(name, path))?.at ?? 0) > Date.now() - HALF_DAY
  try {
    for (const { path, field } of picks) {
      if (!fresh('choices', path)) await readChoices(name, path, '')
      if (field.grouped && !fresh('groupings', path)) await readGroupings(name, path)
    }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}

/** A new row. Sent again under its `key` it is made once. */
export async function createRow(ledger: string, key: string, values: Values, timeout?: number): Promise<Row> {
  const headers = { 'Idempotency-Key': key }
  const { body, status } = await asMe({ method: 'POST', path: at(ledger), body: { values }, headers, timeout })
  const made = body as Row | null
  // A 2xx that is no row (a page of the network that asks to sign in) counts as no answer.
  if (typeof made?.id !== 'string') throw new Refused(noAnswer('unreadable', status))
  return made
}
export const editRow = (ledger: string, id: string, version: number, values: Values) =>
  ask<Row>('PUT', row(ledger, id), { version, values })
export const actOn = (ledger: string, action: string, id: string, values: Values) =>
  ask<{ message?: string }>('POST', at(ledger, `/actions/${encodeURIComponent(action)}`), { ids: [id], values })
