/** The report as it is being filled in: what is there, what is missing, and what is sent. */

import type { Count } from './casualties'
import { labelCode, labelLink } from '../duty/codes'
import { fitting, type Machine, type Situation } from '../../services/shapes/legal'
import type { Accident, Colleague, Datum, Options, Receivers, Ref, ReportBody } from '../../services/shapes/door'

export interface DraftPhoto {
  /** On this phone. */
  id: string
  /** On the server, once it has arrived there. */
  remote: string | null
}

export interface Draft {
  what: string
  site: Ref | null
  /** The chosen place of the grid; its name is its whole path. */
  grid: Ref | null
  place: string
  /** The equipment of the ledger that it is about. */
  equipment: Machine | null
  lng: number | null
  datum?: Datum
  lat: number | null
  /** ISO 8601; null until somebody says otherwise: now. */
  happenedAt: string | null
  deaths: Count
  serious_injuries: Count
  minor_injuries: Count
  missing: Count
  category: string
  loss: string
  measures: string
  /** Codes of what makes it one of special equipment. */
  situations?: string[]
  /** What is asked to come: 救护车, 消防车, 吊车, 人手. */
  needs: string
  /** Of who belongs to no unit: which one (its name, or the code on a label), and who they are. */
  unitName: string
  /** Of who belongs to a unit: it happened in another one, whose people are to hear of it. */
  elsewhere: boolean
  /** What was scanned where one is: the server knows which unit's and place's label it is. */
  label: string
  callerName: string
  callerPhone: string
  photos: DraftPhoto[]
  /** Chosen by hand; null: the preset. People carry their names, to show them without asking again. */
  receivers: { persons: Colleague[]; groups: string[]; ways: string[] } | null
  /** When it was begun and last changed (ms). */
  begunAt: number
  changedAt: number
}

export const MOST_PHOTOS = 6
export const MOST_PLACE = 120

/** Nothing filled in yet. */
export function blankDraft(now: number): Draft {
  return {
    what: '',
    site: null,
    grid: null,
    place: '',
    equipment: null,
    lng: null,
    lat: null,
    datum: 'wgs84',
    happenedAt: null,
    deaths: null,
    serious_injuries: null,
    minor_injuries: null,
    missing: null,
    category: '',
    loss: '',
    measures: '',
    needs: '',
    unitName: '',
    elsewhere: false,
    label: '',
    callerName: '',
    callerPhone: '',
    photos: [],
    receivers: null,
    begunAt: now,
    changedAt: now,
  }
}

/** The draft that was kept, with what later versions of the client added; a fresh one when there is none. */
export function keptDraft(kept: Partial<Draft> | null, now: number): Draft {
  return { ...blankDraft(now), ...(kept ?? {}) }
}

/** True when somebody has filled in anything. */
export function isTouched(draft: Draft): boolean {
  const { what, site, grid, place, lng, happenedAt, category, loss, measures, photos, receivers } = draft
  const counts = [draft.deaths, draft.serious_injuries, draft.minor_injuries, draft.missing]
  const said = [
    what,
    place,
    category,
    loss,
    measures,
    draft.needs,
    draft.unitName,
    draft.label,
    draft.callerName,
    draft.callerPhone,
  ].some((text) => text.trim())
  return (
    said ||
    draft.elsewhere ||
    Boolean(site || grid || draft.equipment || happenedAt || photos.length || receivers) ||
    [lng, ...counts].some((n) => n !== null)
  )
}

/** What must still be said before it can go: only what and where. */
export function lacks(draft: Draft): string[] {
  const where = draft.place.trim() || draft.grid || draft.site || draft.label || draft.lng !== null
  return [...(draft.what.trim() ? [] : ['发生了什么']), ...(where ? [] : ['在哪里'])]
}

/** The moment of the accident: what was chosen, else when the report was begun. */
export function happenedAt(draft: Draft, iso: (ms: number) => string): string {
  return draft.happenedAt ?? iso(draft.begunAt)
}

/**
 * The path of a place and what was said besides, nothing twice, as far as the field holds it: the nearest names find
 * the place.
 */
export function pathOf(grid: Ref, said = ''): string {
  const names = grid.name.split(' · ').filter((name) => !said.includes(name))
  const parts = said ? [...names, said] : names
  while (parts.join(' · ').length > MOST_PLACE && parts.length > 1) parts.shift()
  return parts.join(' · ')
}

/**
 * The place in words: as typed (the server puts the path of a chosen place before it), else that, the site, the
 * position; of a label the server knows it.
 */
export function placeOf(draft: Draft): string {
  const position =
    draft.lng !== null && draft.lat !== null ? `东经 ${draft.lng.toFixed(5)}，北纬 ${draft.lat.toFixed(5)}` : ''
  return draft.place.trim() || (draft.grid ? pathOf(draft.grid) : draft.site?.name) || (draft.label ? '' : position)
}

/** The equipment that it is about, with where it stands if nobody said where; what can't happen to it is taken back. */
export function withMachine(draft: Draft, machine: Machine | null, offered: Situation[] = []): Partial<Draft> {
  const strange = offered.filter((one) => !fitting([one], machine?.type_code ?? '').length).map(({ value }) => value)
  const situations = draft.situations?.filter((code) => !strange.includes(code)) ?? []
  if (!machine || draft.place.trim() || draft.grid || draft.site) return { equipment: machine, situations }
  const grid = machine.node && { id: machine.node.id, name: machine.node.where }
  return { equipment: machine, situations, grid, place: [machine.location, machine.name].filter(Boolean).join(' ') }
}

/** What is sent. `company` is the unit for which it is reported. */
export function bodyOf(draft: Draft, company: string | null, iso: (ms: number) => string): ReportBody {
  const { deaths, serious_injuries, minor_injuries, missing, lng, lat, datum } = draft
  return {
    company,
    site: draft.site?.id ?? null,
    grid: draft.grid?.id ?? null,
    what: draft.what.trim(),
    place: placeOf(draft),
    lng,
    lat,
    datum,
    happened_at: happenedAt(draft, iso),
    category: draft.category || null,
    equipment: draft.equipment?.id ?? null,
    label: draft.label || null,
    deaths,
    serious_injuries,
    minor_injuries,
    missing,
    direct_loss_wan: lossOf(draft.loss),
    measures: draft.measures.trim() || null,
    needs: draft.needs.trim() || null,
    situations: draft.situations?.length ? draft.situations : null,
    photos: draft.photos.flatMap(({ remote }) => remote ?? []),
    receivers: receiversOf(draft),
  }
}

/**
 * What a stranger's report says besides: the unit in words or by a label's code, and who they are. Photos need a sign-
 * in.
 */
export function strangersBody(
  draft: Draft,
  company: string | null,
  iso: (ms: number) => string,
  origin: string,
): ReportBody {
  const said = draft.unitName.trim()
  const code = labelCode(said)
  return {
    ...bodyOf(draft, company, iso),
    receivers: null,
    unit_name: code ? null : said || null,
    elsewhere: draft.elsewhere,
    label: draft.label || (code ? labelLink(origin, code) : null),
    caller_name: draft.callerName.trim() || null,
    caller_phone: draft.callerPhone.trim() || null,
  }
}

/** The loss in 万元 that was typed; null when it is no number. */
export function lossOf(text: string): number | null {
  const found = /^\d+(\.\d+)?$/.exec(text.normalize('NFKC').replace(/[,\s]/g, ''))
  return found ? Math.round(Number(found[0]) * 100) / 100 : null
}

function receiversOf(draft: Draft): Receivers | null {
  const chosen = draft.receivers
  if (!chosen || (!chosen.persons.length && !chosen.groups.length)) return null
  return { persons: chosen.persons.map(({ id }) => id), groups: chosen.groups, ways: chosen.ways }
}

/** 按预案通知 23 人 · 2 个群 · 卡片+短信, or what was chosen by hand. Empty while nothing is known. */
export function sayReceivers(draft: Draft, options: Options | null): string {
  const chosen = receiversOf(draft)
  if (chosen) return `自选：${sizes(chosen.persons.length, chosen.groups.length, waysOf(chosen.ways, options))}`
  const level = gradeOf(draft, options)?.level
  const preset = options?.presets.find((one) => one.level === level) ?? options?.presets[0]
  return preset ? `按预案通知 ${sayPreset(preset, options)}` : ''
}

/**
 * The class that follows from what is filled in, as the server will find it: each figure by itself, the highest
 * counts, what nobody knows doesn't (`provisional`: it can only rise). null while the thresholds are not known.
 */
export function gradeOf(
  draft: Pick<Draft, 'deaths' | 'serious_injuries' | 'missing' | 'loss'>,
  options: Options | null,
): { level: string; provisional: boolean } | null {
  const grades = options?.grades ?? []
  if (!grades.length) return null
  const loss = lossOf(draft.loss)
  const reached = grades.filter(
    (one) =>
      atLeast(draft.deaths, one.deaths) ||
      atLeast(draft.serious_injuries, one.serious_injuries) ||
      atLeast(loss, one.direct_loss_wan),
  )
  const level = (reached[reached.length - 1] ?? grades[0]).level
  return {
    level,
    provisional: Boolean(draft.missing) || [draft.deaths, draft.serious_injuries, loss].some((one) => one === null),
  }
}
const atLeast = (known: number | null, threshold: number) => known !== null && known >= threshold

/** 至少是一般事故（下界初判）. */
export function sayGrade(grade: ReturnType<typeof gradeOf>): string {
  if (!grade) return ''
  return grade.provisional ? `至少是${grade.level}事故（下界初判），不清楚的以后续报` : `${grade.level}事故`
}

/** 23 人 · 2 个群 · 卡片+短信. */
export function sayPreset(preset: Options['presets'][number], options: Options | null): string {
  return sizes(preset.persons, preset.groups, waysOf(preset.ways, options))
}

function waysOf(ways: string[], options: Options | null): string {
  const title = (way: string) => options?.ways.find(({ value }) => value === way)?.title ?? way
  return ways.map(title).join('+')
}

function sizes(persons: number, groups: number, ways: string): string {
  return [persons || !groups ? `${persons} 人` : '', groups ? `${groups} 个群` : '', ways].filter(Boolean).join(' · ')
}

/** What a 续报 or 更正 can change. */
export const CHANGEABLE = [
  'what',
  'grid',
  'site',
  'place',
  'lng',
  'lat',
  'happened_at',
  'category',
  'deaths',
  'serious_injuries',
  'minor_injuries',
  'missing',
  'direct_loss_wan',
  'measures',
  'needs',
  'equipment',
  'situations',
  'leader_told_at',
] as const

export type Changeable = Pick<Accident, (typeof CHANGEABLE)[number]>

type Plain = string | number | string[] | null

/** A fact as it is sent: of a place its id; a box that was emptied is as one that never was filled in. */
function plain(fact: Changeable[keyof Changeable] | undefined): Plain {
  if (Array.isArray(fact)) return fact.length ? fact : null
  return fact && typeof fact === 'object' ? fact.id : fact === '' ? null : (fact ?? null)
}

/** True where both say the same. */
export const sameFact = (name: keyof Changeable, one: Changeable, other: Changeable): boolean =>
  String(plain(one[name]) ?? '') === String(plain(other[name]) ?? '')

/** Only what differs from what stands. */
export function changes(before: Changeable, after: Changeable): Record<string, Plain> {
  return Object.fromEntries(
    CHANGEABLE.filter((name) => !sameFact(name, before, after)).map((name) => [name, plain(after[name])]),
  )
}
