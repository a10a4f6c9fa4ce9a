import type { Accident } from '@/api/accidents/accident-types'
import type { Preset, ReportBody, ReportOptions, SamePlace } from '@/api/accidents/reporting'
import type { Named, Place, Values } from '@/api/types'
import { asReference, isEmpty } from '@/lib/ledger/values'

/**
 * A flash report as it is being filled in (G02). It is kept with every stroke, and with it the key under which it is
 * sent.
 */
export interface Draft {
  key: string
  values: Values
  /** Ids of photos that the server has already. */
  photos: string[]
  /** Chosen by hand; null: the preset. */
  chosen: Chosen | null
}
export interface Chosen {
  persons: Named[]
  groups: string[]
  ways: string[]
}

const COUNTS = ['deaths', 'serious_injuries', 'minor_injuries', 'missing', 'direct_loss_wan'] as const
const TEXTS = ['site', 'grid', 'category', 'what', 'place', 'equipment', 'situations', 'measures', 'needs'] as const
/** As the phone's sheet begins. */
export const FIRST_WAYS = ['system', 'card', 'sms']

const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
export const blankDraft = (company: unknown, now: string): Draft => ({
  key: newKey(),
  values: { company, happened_at: now },
  photos: [],
  chosen: null,
})

/** Whether anything was filled in that one would miss. */
export const isTouched = (draft: Draft): boolean =>
  !!draft.photos.length ||
  !!draft.chosen ||
  [...COUNTS, ...TEXTS, 'position'].some((name) => !isEmpty(draft.values[name]))

const slot = (account: string) => `anban.report.${account}`
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** What this account left unsent in this browser; null for nothing. */
export function readDraft(account: string, store: Store = localStorage): Draft | null {
  try {
    const kept = JSON.parse(store.getItem(slot(account)) ?? 'null') as Partial<Draft> | null
    return kept?.key && kept.values ? { photos: [], chosen: null, ...kept, key: kept.key, values: kept.values } : null
  } catch {
    return null
  }
}
/** Keeps the draft, or forgets it (null). A full or forbidden storage is no reason to fail. */
export function keepDraft(account: string, draft: Draft | null, store: Store = localStorage): void {
  try {
    if (draft && isTouched(draft)) store.setItem(slot(account), JSON.stringify(draft))
    else store.removeItem(slot(account))
  } catch {
    // it lives as long as the page
  }
}

const text = (value: unknown) => String(value ?? '').trim() || null
const count = (value: unknown) => (typeof value === 'number' ? value : null)

/** What is sent. A number that nobody knows is null, never 0. */
export function bodyOf({ values, photos, chosen }: Draft): ReportBody {
  const place = values.position as Place | null | undefined
  return {
    company: asReference(values.company)?.id ?? null,
    site: text(values.site),
    grid: asReference(values.grid)?.id ?? null,
    what: text(values.what) ?? '',
    place: text(values.place) ?? '',
    lng: place?.lng ?? null,
    lat: place?.lat ?? null,
    datum: place?.datum ?? 'gcj02',
    happened_at: text(values.happened_at),
    category: text(values.category),
    deaths: count(values.deaths),
    serious_injuries: count(values.serious_injuries),
    minor_injuries: count(values.minor_injuries),
    missing: count(values.missing),
    direct_loss_wan: count(values.direct_loss_wan),
    equipment: asReference(values.equipment)?.id ?? null,
    situations: (values.situations as string[] | null | undefined)?.length ? (values.situations as string[]) : null,
    measures: text(values.measures),
    needs: text(values.needs),
    photos,
    receivers: chosen && { persons: chosen.persons.map((one) => one.id), groups: chosen.groups, ways: chosen.ways },
  }
}

/**
 * The class that follows, as the server will find it: the highest that any figure reaches; what nobody knows counts
 * for nothing.
 */
export function gradeOf(values: Values, options: ReportOptions): { level: string; provisional: boolean } {
  const known = {
    deaths: count(values.deaths),
    serious_injuries: count(values.serious_injuries),
    direct_loss_wan: count(values.direct_loss_wan),
  }
  const figures = Object.keys(known) as (keyof typeof known)[]
  const reached = options.grades.filter((grade) =>
    figures.some((name) => known[name] !== null && known[name] >= grade[name]),
  )
  const level = (reached.at(-1) ?? options.grades[0])?.level ?? ''
  return { level, provisional: !!count(values.missing) || figures.some((name) => known[name] === null) }
}
export const gradeSentence = ({ level, provisional }: ReturnType<typeof gradeOf>): string =>
  provisional ? `至少是${level}事故（下界初判），不清楚的以后续报。` : `按伤亡和损失是${level}事故。`

/** 23 人、2 个群 · 系统消息、聊天卡片、短信 */
export function presetSentence(preset: Preset, options: ReportOptions): string {
  const whom = [
    preset.persons || !preset.groups ? `${preset.persons} 人` : '',
    preset.groups ? `${preset.groups} 个群` : '',
  ]
    .filter(Boolean)
    .join('、')
  return `${whom} · ${preset.ways.map((way) => options.ways.find((one) => one.value === way)?.title ?? way).join('、')}`
}

const TITLES: [keyof ReportBody & keyof Accident, string][] = [
  ['what', '事故概况'],
  ['grid', '网格'],
  ['place', '地点'],
  ['category', '事故类别'],
  ['deaths', '死亡'],
  ['serious_injuries', '重伤'],
  ['minor_injuries', '轻伤'],
  ['missing', '下落不明'],
  ['direct_loss_wan', '直接经济损失'],
  ['equipment', '涉及的特种设备'],
  ['situations', '特种设备情形'],
  ['measures', '已采取的措施'],
  ['needs', '现场需要'],
]
const says = (sent: ReportBody, there: Accident, name: (typeof TITLES)[number][0]): boolean => {
  // The server puts the path of a chosen place before what was typed.
  if (name === 'place' && sent.grid) return there.place.endsWith(sent.place)
  if (name === 'grid' || name === 'equipment') return (sent[name] ?? '') === (there[name]?.id ?? '')
  return String(sent[name] ?? '') === String(there[name] ?? '')
}
/**
 * What the report that is there does not say: its answer was lost, and the form was changed before the second press.
 */
export const leftOut = (sent: ReportBody, there: Accident): string[] =>
  TITLES.filter(([name]) => !says(sent, there, name)).map(([, title]) => title)

/** 10 分钟前 王大友 已报告了同一地点的事故，补充到那一起？ */
export function sameSentence(one: SamePlace): string {
  const when = one.minutes ? `${one.minutes} 分钟前` : '刚刚'
  return `${when}${one.mine ? '您' : ` ${one.by} `}已报告了同一地点的事故，补充到那一起？`
}
