/** The decision that is being written for a task: kept with every stroke until the server has taken it. */

import { blankWriting, isWritten, type Writing } from '../logic/tasks/tasks'
import { drop, get, put } from '../services/storage/store'
import type { Outcome } from '../services/shapes/tasks'

const at = (task: string) => `task.${task}`

/** What was left unsent; null when nothing is. */
export const keptDecision = (task: string): Writing | null => get<Writing>(at(task))

/** Begin, with what was chosen before (`given`), or go on with what was left of this very outcome. */
export function beginDecision(task: string, outcome: Outcome, given: Record<string, string> = {}): Writing {
  const left = keptDecision(task)
  return left?.outcome === outcome.key ? left : blankWriting(outcome, given)
}

/** Keep it; one without anything written is let go. False when the phone could not. */
export function keepDecision(task: string, writing: Writing | null): boolean {
  if (writing && isWritten(writing)) return put(at(task), writing)
  drop(at(task))
  return true
}
