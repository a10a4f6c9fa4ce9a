import type { Field, Grant, Ledger, Place, Reference, Row, Shot, Values } from '@/api/types'
import { asReference, isEmpty, same } from './values'

/** Kinds whose stored value never comes back in clear; an empty box means “leave as it is”. */
export const isHidden = (field: Field) => field.kind === 'secret' || field.kind === 'personal_id' || !!field.masked

/** Fields that a form offers: not read-only ones; `create_only` ones only for a new row. */
export const isWritable = (field: Field, editing: boolean) =>
  !field.readonly && field.kind !== 'facts' && !(editing && field.create_only)

/** Whether the form asks for it as it stands now: some questions belong to a flag that has to say 是. */
export const isAsked = (field: Field, values: Values) => !field.beside || !!values[field.beside]

/** One more line of a field: what it begins with, and of numbers what the last line has. */
export const freshLine = (field: Field, last?: Values): Values =>
  Object.fromEntries(
    (field.fields ?? []).map((part) => [
      part.name,
      part.default ?? (part.kind === 'integer' ? (last?.[part.name] ?? null) : null),
    ]),
  )

/** Where nobody has chosen or written anything. */
const LISTS = new Set<Field['kind']>(['grants', 'choices', 'references', 'lines', 'photos'])
const nothing = (field: Field): unknown =>
  field.kind === 'lines' && field.required ? [freshLine(field)] : LISTS.has(field.kind) ? [] : null

/** What the boxes hold at the start; a line that must be there is, so that a form nobody wrote in is not written in. */
export function startValues(fields: Field[], row: Row | null): Values {
  const values: Values = {}
  for (const field of fields) {
    if (row) values[field.name] = isHidden(field) ? null : (row.values[field.name] ?? null)
    else values[field.name] = field.default ?? nothing(field)
  }
  return values
}

/** A box's value as the server takes it: references by id, blanks as null. */
export function wireValue(field: Field, value: unknown): unknown {
  if (field.kind === 'reference') return asReference(value)?.id ?? (isEmpty(value) ? null : value)
  if (field.kind === 'references') return ((value as Reference[]) ?? []).map((item) => item.id)
  if (field.kind === 'lines') return ((value as Values[] | null) ?? []).map((line) => wireLine(field, line))
  if (field.kind === 'photos') return (Array.isArray(value) ? (value as Shot[]) : []).map((shot) => shot.id)
  if (field.kind === 'grants') return ((value as Grant[]) ?? []).map(({ right, scope }) => ({ right, scope }))
  if (field.kind === 'place') return isEmptyPlace(value) ? null : value
  if (typeof value === 'string') return field.kind === 'secret' ? value || null : value.trim() || null
  return value ?? (field.kind === 'choices' ? [] : null)
}

const wireLine = (field: Field, line: Values): Values => ({
  ...line,
  ...Object.fromEntries((field.fields ?? []).map((part) => [part.name, wireValue(part, line[part.name])])),
})

const isEmptyPlace = (value: unknown) => {
  const place = value as Place | null
  return !place || (isEmpty(place.lng) && isEmpty(place.lat))
}

/** Whether something was typed that is not kept yet. */
export const isChanged = (fields: Field[], start: Values, now: Values, editing: boolean): boolean =>
  fields.some(
    (field) =>
      isWritable(field, editing) &&
      isAsked(field, now) &&
      !same(wireValue(field, now[field.name]), wireValue(field, start[field.name])),
  )

/** What to send: everything that was filled in for a new row, only what changed for one that is there. */
export function changedValues(fields: Field[], start: Values, now: Values, editing: boolean): Values {
  const out: Values = {}
  for (const field of fields) {
    if (!isWritable(field, editing) || !isAsked(field, now)) continue
    const value = wireValue(field, now[field.name])
    if (editing ? !same(value, wireValue(field, start[field.name])) : !isEmpty(value)) out[field.name] = value
  }
  return out
}

/** Checks one box as the server would, as far as the declaration says. '' if all is well. */
export function checkField(field: Field, value: unknown, editing: boolean): string {
  const sent = wireValue(field, value)
  if (isEmpty(sent)) {
    if (!field.required || field.kind === 'flag' || (editing && isHidden(field))) return ''
    return `请${verb(field)}${field.title}。`
  }
  if (field.kind === 'place') return checkPlace(sent as Place)
  if (typeof sent === 'number') return checkNumber(field, sent)
  if (typeof sent === 'string') return checkText(field, sent)
  return ''
}

const PICKED = new Set(['choice', 'choices', 'reference', 'references', 'date', 'moment', 'grants'])
const verb = (field: Field) => (PICKED.has(field.kind) ? '选择' : '填写')

function checkNumber(field: Field, value: number): string {
  const unit = field.unit ? ` ${field.unit}` : ''
  if (field.kind === 'integer' && !Number.isInteger(value)) return `${field.title}要填整数。`
  if (typeof field.min === 'number' && value < field.min) return `${field.title}不能小于 ${field.min}${unit}。`
  if (typeof field.max === 'number' && value > field.max) return `${field.title}不能大于 ${field.max}${unit}。`
  return ''
}

const TEXTS = new Set(['text', 'longtext', 'personal_id', 'phone', 'secret'])

function checkText(field: Field, value: string): string {
  if (!TEXTS.has(field.kind)) return ''
  const length = [...value].length
  if (typeof field.max === 'number' && length > field.max)
    return `${field.title}最多 ${field.max} 个字，现在有 ${length} 个。`
  if (typeof field.min === 'number' && length < field.min) return `${field.title}至少 ${field.min} 个字。`
  if (field.pattern && !matches(field.pattern, value))
    return `${field.title}的格式不对。${field.help ?? '请核对后重填。'}`
  return ''
}

/** A pattern that this browser cannot read checks nothing; the server still does. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u').test(value)
  } catch {
    return true
  }
}

function checkPlace(place: Place): string {
  if (isEmpty(place.lng) || isEmpty(place.lat)) return '经度和纬度要一起填。'
  if (Math.abs(place.lng!) > 180) return '经度在 -180 到 180 之间。'
  return Math.abs(place.lat!) > 90 ? '纬度在 -90 到 90 之间。' : ''
}

/** All messages by field. */
export function checkAll(fields: Field[], values: Values, editing: boolean): Record<string, string> {
  const out: Record<string, string> = {}
  for (const field of fields) {
    if (!isWritable(field, editing) || !isAsked(field, values)) continue
    const message = checkField(field, values[field.name], editing)
    if (message) out[field.name] = message
  }
  return out
}

/** The ledger's form groups with their fields; fields in no group come last, under one head. */
export function formGroups(ledger: Ledger): { title: string; fields: Field[] }[] {
  const byName = new Map(ledger.fields.map((field) => [field.name, field]))
  return ledger.form
    .map((group) => ({ title: group.title, fields: group.fields.flatMap((name) => byName.get(name) ?? []) }))
    .filter((group) => group.fields.length)
}

export interface Clash {
  field: Field
  mine: unknown
  theirs: unknown
  /** Both changed it, to different things. */
  both: boolean
}

/** What somebody else changed meanwhile (`now` against `base`), beside what I typed. */
export function clashes(fields: Field[], base: Row, now: Row, mine: Values): Clash[] {
  const out: Clash[] = []
  for (const field of fields) {
    const touched = field.name in mine
    const moved = !same(base.values[field.name], now.values[field.name])
    if (!moved && !touched) continue
    const theirs = now.values[field.name]
    const differs = !same(wireValue(field, theirs), mine[field.name])
    out.push({ field, mine: touched ? mine[field.name] : undefined, theirs, both: touched && moved && differs })
  }
  return out
}
