/** The task that is being given (H03): kept with every stroke, until the server has taken it. */

import { blankGiving, isBegun, type GiveDraft } from '../logic/tasks/giving'
import { drop, get, put } from '../services/storage/store'
import { currentUnit, session } from './session'

const KEY = 'give'
interface Kept {
  by: string
  unit: string
  draft: GiveDraft
}

/** Begin, or go on with one's own. People are of a unit: after another was chosen they must be picked anew. */
export function beginGiving(): GiveDraft {
  const left = get<Kept>(KEY)
  if (!left || left.by !== session.person?.id) return blankGiving()
  return left.unit === currentUnit.value?.id ? left.draft : { ...left.draft, persons: [] }
}

/** Keep it; one without anything written is let go. False when the phone could not. */
export function keepGiving(draft: GiveDraft): boolean {
  if (isBegun(draft))
    return put(KEY, { by: session.person?.id ?? '', unit: currentUnit.value?.id ?? '', draft } satisfies Kept)
  drop(KEY)
  return true
}
