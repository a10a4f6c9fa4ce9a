/** Carrying a decision to the server: photo by photo, then the word; each step is written down (X01, H05). */

import {
  decisionTaken,
  ledgerOf,
  mustSendAgain,
  nextDecisionPhoto,
  photoRefused,
  photoThere,
  sentAgain,
  type Decision,
} from '../../logic/queue/decision-queue'
import { isFinal } from '../../logic/problems'
import { refusedOnce } from '../../logic/queue/queue'
import { valuesOf } from '../../logic/tasks/tasks'
import { phoneNow } from '../../state/clock'
import { picture, problemIn } from './carrying'
import { decideTask } from '../doors/tasks'
import type { TaskView } from '../shapes/tasks'

export interface DecisionStep {
  /** The item as it is to be kept; null when it is all done. */
  left: Decision | null
  task?: TaskView
}

/** Send what is left of it; `note` hears of each step. Ends at the first that must wait. */
export async function carryDecision(item: Decision, note: (step: DecisionStep) => void): Promise<void> {
  let left = item
  for (let photo = nextDecisionPhoto(left); photo; photo = nextDecisionPhoto(left)) {
    const { remote, problem } = await picture(photo, ledgerOf(left, photo))
    if (problem)
      return note({ left: isFinal(problem) ? photoRefused(left, problem) : refusedOnce(left, problem, phoneNow()) })
    left = photoThere(left, photo, remote)
    note({ left })
  }
  await word(left, note)
}

async function word(item: Decision, note: (step: DecisionStep) => void): Promise<void> {
  const { outcome, writing } = item
  try {
    const task = await decideTask(
      item.task.id,
      { outcome: outcome.key, values: valuesOf(outcome, writing), comment: writing.comment.trim() },
      item.key,
    )
    note({ left: decisionTaken(item, task), task })
  } catch (error) {
    const problem = problemIn(error)
    if (!mustSendAgain(item, problem)) return note({ left: refusedOnce(item, problem, phoneNow()) })
    const again = sentAgain(item)
    note({ left: again })
    await carryDecision(again, note)
  }
}
