/** The 随手拍 as it is being made (E07): what is there, what is missing, where it is, and what is sent. */

import type { DraftPhoto } from '../accidents/draft'
import type { FoundNode } from '../../services/shapes/grid'
import type { Datum } from '../../services/shapes/door'
import type { SnapBody } from '../../services/shapes/tasks'

export interface SnapDraft {
  what: string
  photos: DraftPhoto[]
  /** The chosen place, or the likeliest one that was offered; null while nothing is known. */
  node: FoundNode | null
  /** The label that was scanned, for the server to read when the phone could not ask. */
  scan: string
  equipment: { id: string; name: string } | null
  lng: number | null
  /** Of the position: by satellites, or as Chinese maps have it. */
  datum?: Datum
  lat: number | null
  /** When the first thing was done (ms): that is when it was seen. */
  begunAt: number
  changedAt: number
}

export const MOST_SNAPS = 9
export const MOST_WORDS = 200

/** What people see most; one tap instead of typing. */
export const QUICK_WORDS = [
  '电线裸露',
  '护栏松动',
  '地面有油',
  '通道堵了',
  '没戴安全帽',
  '漏水',
  '灭火器失效',
  '没有防护罩',
  '井盖坏',
]

/** Nothing done yet. */
export function blankSnap(now: number): SnapDraft {
  return {
    what: '',
    photos: [],
    node: null,
    scan: '',
    equipment: null,
    lng: null,
    lat: null,
    datum: 'wgs84',
    begunAt: now,
    changedAt: now,
  }
}

/** True when there is anything to lose. A place alone is none: it is offered anew. */
export const isTouchedSnap = (draft: SnapDraft): boolean =>
  Boolean(draft.what.trim() || draft.photos.length || draft.scan)

/** True when it can go: a photo, or a few words where the unit lets words do. */
export const canSend = (draft: SnapDraft, photoNeeded = false): boolean =>
  Boolean(draft.photos.length || (!photoNeeded && draft.what.trim()))

/** The words with one more put behind them, or with it taken out again. */
export function withWord(what: string, word: string): string {
  const parts = what
    .split(/[，,]/)
    .map((part) => part.trim())
    .filter(Boolean)
  const left = parts.filter((part) => part !== word)
  return (left.length < parts.length ? left : [...parts, word]).join('，').slice(0, MOST_WORDS)
}

export const hasWord = (what: string, word: string): boolean => what.split(/[，,]/).some((part) => part.trim() === word)

/** Where it is in words, and how that is known. */
export function sayWhere(draft: Pick<SnapDraft, 'node' | 'scan' | 'equipment' | 'lng'>): {
  place: string
  how: string
} {
  const { node, scan, equipment } = draft
  const place = [node?.where, equipment?.name].filter(Boolean).join(' · ')
  if (scan && !place) return { place: '已扫标签', how: '联网后认出是哪里' }
  if (!node)
    return place
      ? { place, how: '扫的标签' }
      : { place: '还不知道在哪里', how: draft.lng === null ? '选一下更快有人处理' : '带上了现在的位置' }
  const HOW = {
    scan: '扫的标签',
    equipment: '扫的设备',
    position: `离您 ${node.metres ?? 0} 米`,
    picked: '您选的',
    work: '您上班的地方，不对就改',
  }
  return { place, how: HOW[node.how] }
}

/** The place to choose by itself when places were offered: never over what the person has chosen. */
export function offered(draft: SnapDraft, nodes: FoundNode[]): FoundNode | null {
  const chosen = draft.node && ['picked', 'scan', 'equipment'].includes(draft.node.how)
  return chosen ? draft.node : (nodes[0] ?? draft.node)
}

/** What is sent. A place that is only a guess is left to the server, which knows more when it arrives. */
export function snapOf(draft: SnapDraft, company: string, iso: (ms: number) => string): SnapBody {
  const known = draft.node && draft.node.how !== 'work'
  return {
    what: draft.what.trim(),
    photos: [],
    grid: known ? draft.node!.id : null,
    scan: draft.scan || null,
    equipment: draft.equipment?.id ?? null,
    datum: draft.datum,
    lng: draft.lng,
    lat: draft.lat,
    found_at: iso(draft.begunAt),
    company,
  }
}
