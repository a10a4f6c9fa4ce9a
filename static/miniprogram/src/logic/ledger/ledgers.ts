/** Rows of ledgers in words, and what a form of one sends. */

import type { Ledger, LedgerField, Row, Values } from '../../services/shapes/ledgers'
import { sayDay, sayMoment } from '../moments'
import { isSpot, saySpot } from './spot'
import type { Picked } from '../tasks/tasks'

export const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'string' && !value.trim()) || isNone(value)
const isNone = (value: unknown) => Array.isArray(value) && !value.length

/** What making a row of a ledger is called: 新增会议, 提建议. */
export const newTitle = ({ create_title, noun }: Ledger): string => create_title || `新增${noun}`

/** How many names stand in one line before the rest is counted. */
const NAMES = 3

/** A value in words; '' for none. `short`: of many only the first, and how many there are. */
export function sayValue(field: LedgerField | undefined, value: unknown, today: string, short = false): string {
  if (isEmpty(value)) return ''
  if (field?.kind === 'flag') return value ? '是' : '否'
  if (field?.kind === 'date') return sayDay(String(value), today)
  if (field?.kind === 'moment') return sayMoment(String(value), today)
  if (field?.kind === 'choice') return choiceOf(field, value)
  if (field?.kind === 'integer' || field?.kind === 'number') return `${String(value)}${field.unit ?? ''}`
  if (field?.kind === 'secret') return '已设置'
  if (field?.kind === 'signature') return '已签名'
  if (isSpot(value)) return saySpot(value)
  if (Array.isArray(value)) return sayMany(field, value, today, short)
  return sayPlain(value)
}

const choiceOf = (field: LedgerField, value: unknown) =>
  field.choices?.find((one) => one.value === value)?.title ?? String(value)

function sayMany(field: LedgerField | undefined, all: unknown[], today: string, short: boolean): string {
  const lines = field?.kind === 'lines'
  const words = all.map((one) => {
    if (lines) return sayLine(field, one as Values, today)
    return field?.kind === 'choices' ? choiceOf(field, one) : sayPlain(one)
  })
  if (short && words.length > NAMES && !lines)
    return `${words.slice(0, NAMES).join('、')} 等 ${words.length} ${field?.to === 'persons' ? '人' : '项'}`
  return words.join(lines ? '\n' : '、')
}

const sayLine = (field: LedgerField, line: Values, today: string): string =>
  (field.fields ?? [])
    .map((part) => sayValue(part, line[part.name], today))
    .filter(Boolean)
    .join(' · ')

function sayPlain(value: unknown): string {
  if (value && typeof value === 'object') {
    const named = value as { label?: unknown; name?: unknown }
    return String(named.label ?? named.name ?? '')
  }
  return typeof value === 'boolean' ? (value ? '是' : '否') : String(value)
}

export const fieldNamed = (ledger: Ledger, name: string): LedgerField | undefined =>
  ledger.fields.find((one) => one.name === name)

export interface Fact {
  name: string
  title: string
  words: string
  short: string
}

/** A row in a list: its title, what stands under it, and its badge. */
export function faceOf(ledger: Ledger, row: Row, today: string) {
  const said = (name: string) => sayValue(fieldNamed(ledger, name), row.values[name], today, true)
  const { title, second, badge } = ledger.phone
  const field = fieldNamed(ledger, badge)
  return {
    title: (title && said(title)) || row.label,
    lines: second
      .map((name) => fieldNamed(ledger, name))
      .flatMap((field) =>
        field && said(field.name) ? [{ name: field.name, words: lineOf(field, said(field.name)) }] : [],
      ),
    badge: badge ? said(badge) : '',
    picture: pictureOf(ledger, row),
    tone: toneOf(field?.choices?.find((one) => one.value === row.values[badge])?.tone, row),
  }
}

/** The first photo of a row whose ledger shows photos in its list; its id. */
const pictureOf = (ledger: Ledger, row: Row) => {
  const field = ledger.fields.find((one) => one.kind === 'pictures')
  const ids = field ? row.values[field.name] : null
  return Array.isArray(ids) && ids.length ? String(ids[0]) : ''
}

/** A bare date says nothing of what it is: 有效期至 2027-06-01. */
const lineOf = (field: LedgerField, words: string) => (field.kind === 'date' ? `${field.title} ${words}` : words)

/** The colour of a badge: the choice's own, else the row's. */
const toneOf = (own: string | undefined, row: Row) =>
  own && ['good', 'warn', 'bad'].includes(own) ? own : row.tone === 'plain' ? '' : row.tone

/**
 * What a row's page lists: what its line in the list says, its form and its columns, as far as they say something and
 * its head does not; the unit last. The rest is for the computer. `short` of a long list.
 */
export function factsOf(ledger: Ledger, row: Row, today: string): Fact[] {
  const first = ledger.form.flatMap(({ fields }) => fields)
  const all = [...new Set([...ledger.phone.second, ...first, ...ledger.columns.map(({ field }) => field)])]
  const names = [...all.filter((name) => name !== 'company'), ...all.filter((name) => name === 'company')]
  const head = faceOf(ledger, row, today)
  return names.flatMap((name) => {
    const field = fieldNamed(ledger, name)
    const words = field ? sayValue(field, row.values[name], today) : ''
    if (
      !field ||
      field.kind === 'pictures' ||
      !words ||
      words === head.title ||
      (name === ledger.phone.badge && head.badge)
    )
      return []
    if (row.values[name] === false && onlyAsked(ledger, name)) return []
    return [{ name, title: field.title, words, short: sayValue(field, row.values[name], today, true) }]
  })
}

/** It stands in the form alone: until somebody says 是 it is a question, and no fact. */
const onlyAsked = (ledger: Ledger, name: string) => !ledger.columns.some(({ field }) => field === name)

/** What a form asks for as it stands: what one may fill in, what hangs on a flag while that says 是. */
export function askedNow(ledger: Ledger, isNew: boolean, values: Values): LedgerField[] {
  return (
    ledger.phone.form
      .flatMap((name) => fieldNamed(ledger, name) ?? [])
      .filter((field) => !field.readonly && (isNew || !field.create_only))
      .filter((field) => !field.beside || values[field.beside] === true)
      // Whoever works in one unit is not asked for which.
      .filter((field) => !(field.name === 'company' && field.default))
  )
}

const picked = (value: unknown): Picked | null => {
  const one = value as { id?: unknown; label?: unknown; name?: unknown } | null
  return one && typeof one === 'object' && one.id !== undefined
    ? { id: String(one.id), name: String(one.label ?? one.name ?? '') }
    : null
}

/** A value of a row as a form holds it. */
export function forForm(field: LedgerField, value: unknown): unknown {
  if (field.kind === 'reference') return picked(value)
  if (field.kind === 'references') return (Array.isArray(value) ? value : []).flatMap((one) => picked(one) ?? [])
  if (field.kind === 'lines')
    return (Array.isArray(value) ? (value as Values[]) : []).map((line) =>
      Object.fromEntries((field.fields ?? []).map((part) => [part.name, forForm(part, line[part.name])])),
    )
  return value
}

/** What a new row begins with: the usual values, and what it is to hang on. */
export const blankValues = (ledger: Ledger, given: Values = {}): Values => ({
  ...Object.fromEntries(
    ledger.phone.form
      .flatMap((name) => fieldNamed(ledger, name) ?? [])
      .filter((field) => !isEmpty(field.default))
      .map((field) => [field.name, forForm(field, field.default)]),
  ),
  ...given,
})

/** The titles of what must still be filled in, by field. */
export const lacksOf = (fields: LedgerField[], values: Values): Record<string, string> =>
  Object.fromEntries(
    fields
      .filter((field) => field.required && isEmpty(forCheck(field, values[field.name])))
      .map((field) => [field.name, `请填${field.title}`]),
  )
const forCheck = (field: LedgerField, value: unknown) => (field.kind === 'lines' ? linesIn(field, value) : value)

/** The lines that say anything. */
const linesIn = (field: LedgerField, value: unknown): Values[] =>
  (Array.isArray(value) ? (value as Values[]) : []).filter((line) =>
    (field.fields ?? []).some((part) => !isEmpty(line[part.name])),
  )

/** What is sent: references by their ids, empty ones as none. */
export function bodyOf(fields: LedgerField[], values: Values): Values {
  return Object.fromEntries(fields.map((field) => [field.name, wire(field, values[field.name])]))
}

function wire(field: LedgerField, value: unknown): unknown {
  if (field.kind === 'references') return (Array.isArray(value) ? (value as Picked[]) : []).map(({ id }) => id)
  if (field.kind === 'lines')
    return linesIn(field, value).map((line) =>
      Object.fromEntries((field.fields ?? []).map((part) => [part.name, wire(part, line[part.name])])),
    )
  if (field.kind === 'choices') return Array.isArray(value) ? value : []
  if (isEmpty(value)) return null
  if (field.kind === 'reference') return (value as Picked).id
  if (field.kind === 'integer' || field.kind === 'number') {
    const number = Number(String(value).replace('，', '.').trim())
    return Number.isNaN(number) ? value : number
  }
  return typeof value === 'string' ? value.trim() : value
}

/** The people (or things) that one tap adds, as they are called: 全部人员, 检修部. Those chosen already stay. */
export function withGroup(chosen: Picked[], ids: string[], names: Record<string, string>): Picked[] {
  const there = new Set(chosen.map(({ id }) => id))
  return [...chosen, ...ids.filter((id) => !there.has(id)).map((id) => ({ id, name: names[id] ?? id }))]
}

/** The most used first, and what was never opened as the server has it; only so many are called the most used. */
export function mostUsed(ledgers: Ledger[], used: Record<string, number>, many = 3): Ledger[] {
  return ledgers
    .filter(({ name }) => used[name])
    .sort((one, other) => (used[other.name] ?? 0) - (used[one.name] ?? 0))
    .slice(0, many)
}
