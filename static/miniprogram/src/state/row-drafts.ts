/** Rows that are being written, kept with every stroke: each under its ledger, and the row that is changed or none. */

import type { DraftPhoto } from '../logic/accidents/draft'
import type { Values } from '../services/shapes/ledgers'
import { drop, get, put } from '../services/storage/store'
import { currentUnit, session } from './session'

export interface RowDraft {
  values: Values
  photos: DraftPhoto[]
  /** The new row's key: sent again under it, it is made once. */
  key: string
  /** The row that was made; its photos are still to go. */
  made: string
  /** Of a row that is changed: the version that these values were made from. */
  version: number
}

interface Kept {
  by: string
  unit: string
  draft: RowDraft
}

const nameOf = (what: string) => `form.${what}`

/** What was begun here by the same person for the same unit; null for none. */
export function keptDraft(what: string): RowDraft | null {
  const left = get<Kept>(nameOf(what))
  return left && left.by === session.person?.id && left.unit === (currentUnit.value?.id ?? '') ? left.draft : null
}

/** Keep it. False when the phone could not. */
export const keepDraft = (what: string, draft: RowDraft): boolean =>
  put(nameOf(what), { by: session.person?.id ?? '', unit: currentUnit.value?.id ?? '', draft } satisfies Kept)

export const dropDraft = (what: string): void => drop(nameOf(what))
