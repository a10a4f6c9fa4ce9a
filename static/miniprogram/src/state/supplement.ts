/** The 续报 that is being written on this phone: one for each accident, kept with every stroke. */

import type { Writing } from '../logic/accidents/supplementing'
import { isWritten } from '../logic/accidents/supplementing'
import { drop, get, put } from '../services/storage/store'

const at = (id: string) => `supplement.${id}`

/** What was left unsent; null when nothing is. */
export const keptWriting = (id: string): Writing | null => get<Writing>(at(id))

/** Keep it; one without anything typed is let go. False when the phone could not. */
export function keepWriting(id: string, writing: Writing | null): boolean {
  if (writing && isWritten(writing)) return put(at(id), writing)
  drop(at(id))
  return true
}
