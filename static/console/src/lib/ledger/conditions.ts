import type { Condition } from '@/api/tasks/flows'
import type { Field, FieldKind } from '@/api/types'
import { isEmpty, showValue } from './values'

/** Conditions of a flow on the fields of its subject, as people read and draw them. */
export type Joined = 'all' | 'any'
export type Single = Extract<Condition, { field: string }>

export const OPS: { value: string; label: string }[] = [
  { value: 'eq', label: '等于' },
  { value: 'ne', label: '不等于' },
  { value: 'in', label: '是其中之一' },
  { value: 'gt', label: '大于' },
  { value: 'ge', label: '大于或等于' },
  { value: 'lt', label: '小于' },
  { value: 'le', label: '小于或等于' },
  { value: 'filled', label: '已填写' },
  { value: 'empty', label: '没有填写' },
]
const ORDERED = new Set(['gt', 'ge', 'lt', 'le'])
const BARE = new Set(['filled', 'empty'])
const COMPARABLE = new Set<FieldKind>(['integer', 'number', 'date', 'moment'])
export const isBareOp = (op: string): boolean => BARE.has(op)
export const opsFor = (field: Field | undefined) =>
  OPS.filter((op) => {
    if (ORDERED.has(op.value)) return !!field && COMPARABLE.has(field.kind)
    return op.value !== 'in' || (!!field && ['choice', 'choices'].includes(field.kind))
  })
/** Fields that a condition may look at: what is long or a heap of facts says nothing. */
export const conditionFields = (fields: Field[]): Field[] =>
  fields.filter((field) => !['longtext', 'facts', 'lines', 'secret', 'grants', 'place'].includes(field.kind))

export const isSingle = (condition: Condition): condition is Single => 'field' in condition
export const joinOf = (condition: Condition): Joined => ('any' in condition ? 'any' : 'all')
/** The parts of a condition: of a single one, itself. */
export function partsOf(condition: Condition | null | undefined): Condition[] {
  if (!condition) return []
  if (isSingle(condition)) return [condition]
  return 'any' in condition ? condition.any : condition.all
}
/** Parts put together: none is no condition, one stands by itself. */
export function join(parts: Condition[], how: Joined): Condition | null {
  if (!parts.length) return null
  if (parts.length === 1) return parts[0]!
  return how === 'any' ? { any: parts } : { all: parts }
}
/** Another field: the comparison stays if it means anything there, the value does not. */
export function withField(part: Single, field: Field): Single {
  const op = opsFor(field).some((one) => one.value === part.op) ? part.op : 'eq'
  return isBareOp(op) ? { field: field.name, op } : { field: field.name, op, value: op === 'in' ? [] : null }
}
export function withOp(part: Single, op: string): Single {
  if (isBareOp(op)) return { field: part.field, op }
  if (op === 'in')
    return { ...part, op, value: Array.isArray(part.value) ? part.value : isEmpty(part.value) ? [] : [part.value] }
  return { ...part, op, value: Array.isArray(part.value) ? (part.value[0] ?? null) : (part.value ?? null) }
}

/** 隐患等级 等于 重大隐患，并且 网格 没有填写 */
export function conditionText(condition: Condition | null | undefined, fields: Field[], outer = true): string {
  if (!condition) return ''
  if (!isSingle(condition)) {
    const text = partsOf(condition)
      .map((part) => conditionText(part, fields, false))
      .join(joinOf(condition) === 'any' ? '，或者 ' : '，并且 ')
    return outer || partsOf(condition).length < 2 ? text : `（${text}）`
  }
  const field = fields.find((one) => one.name === condition.field)
  const op = OPS.find((one) => one.value === condition.op)?.label ?? condition.op
  const name = field?.title ?? `“${condition.field}”`
  if (isBareOp(condition.op)) return `${name} ${op}`
  const values = Array.isArray(condition.value) ? condition.value : [condition.value]
  return `${name} ${op} ${values.map((value) => showValue(field, value) || '（未填）').join('、')}`
}

/** Every field that a condition looks at. */
export const fieldsIn = (condition: Condition | null | undefined): string[] =>
  partsOf(condition).flatMap((part) => (isSingle(part) ? [part.field] : fieldsIn(part)))
