import type { Count, Field, Grant, Option, Place, Reference, RiskColour, Tone } from '@/api/types'
import { showMoment } from '@/lib/moments'

export const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)

const choiceTitle = (field: Field, value: unknown) =>
  field.choices?.find((choice) => choice.value === value)?.title ?? String(value)

export const choiceTone = (field: Field, value: unknown): Tone | RiskColour =>
  field.choices?.find((choice) => choice.value === value)?.tone ?? 'plain'

export const asReference = (value: unknown): Reference | null =>
  value && typeof value === 'object' && 'id' in value ? (value as Reference) : null

/** Any value as one line of text, for cells, history and conflicts. '' for nothing. */
export function showValue(field: Field | undefined, value: unknown): string {
  if (isEmpty(value)) return ''
  switch (field?.kind) {
    case 'flag':
      return value ? '是' : '否'
    case 'choice':
      return choiceTitle(field, value)
    case 'choices':
      return (value as unknown[]).map((item) => choiceTitle(field, item)).join('、')
    case 'moment':
      return showMoment(value)
    case 'integer':
    case 'number':
      return `${value}${field.unit ? ` ${field.unit}` : ''}`
    case 'grants':
      return `${(value as Grant[]).length} 项权限`
    case 'lines':
      return (value as Record<string, unknown>[]).map((line) => showLine(field, line)).join('；')
    case 'pictures':
      return `${(value as string[]).length} 张`
    case 'secret':
      return '已设置'
    case 'signature':
      return '已签名'
    default:
      return showPlain(value)
  }
}

/** What stands in the boxes of a line; empty ones are left out. */
export const showLine = (field: Field, line: Record<string, unknown>): string =>
  (field.fields ?? [])
    .map((part) => showValue(part, line[part.name]))
    .filter((text) => text !== '')
    .join(' · ')

function showPlain(value: unknown): string {
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (Array.isArray(value)) return value.map(showPlain).join('、')
  if (value && typeof value === 'object') {
    const place = value as Partial<Place>
    if (typeof place.lng === 'number' && typeof place.lat === 'number') return showPlace(place as Place)
    if ('label' in value) return String((value as Reference).label)
    if ('name' in value) return String((value as { name: unknown }).name)
    return Object.entries(value as Record<string, unknown>)
      .map(([title, item]) => `${title} ${showPlain(item)}`)
      .join('，')
  }
  return isEmpty(value) ? '' : String(value)
}

export function showPlace(place: Place): string {
  const near = place.accuracy ? `（误差 ${Math.round(place.accuracy)} 米）` : ''
  return `${place.lng?.toFixed(5)}, ${place.lat?.toFixed(5)}${near}`
}

/** A page of a map that shows the place; what is kept are degrees of Chinese maps, which it wants. */
export const mapOf = ({ lng, lat }: Place): string =>
  `https://uri.amap.com/marker?position=${lng},${lat}&coordinate=gaode`

/** 12 人, 1000+ 条 */
export const showCount = (count: Count, measure: string) => `${count.value}${count.exact ? '' : '+'} ${measure}`

export function showSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

export const optionText = (option: Option) => (option.note ? `${option.label}（${option.note}）` : option.label)

/** Deep enough for values that came as JSON; order of object keys does not count. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b || (isEmpty(a) && isEmpty(b))) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => same(item, b[index]))
  if (a && b && typeof a === 'object' && typeof b === 'object' && !Array.isArray(a) && !Array.isArray(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)])
    return [...keys].every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  }
  return false
}
