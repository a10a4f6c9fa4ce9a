/** Decisions in the queue (X01, H05): written down, looked for, taken back. */

import { isDecision, type Decision } from '../../logic/queue/decision-queue'
import { isoLocal } from '../../logic/moments'
import type { Writing } from '../../logic/tasks/tasks'
import { phoneNow } from '../../state/clock'
import { session } from '../../state/session'
import { newKey } from '../storage/keys'
import { heldBy, outbox, replace } from './outbox'
import type { Ref } from '../shapes/door'
import type { Outcome, TaskView } from '../shapes/tasks'

/** Write a decision down; one that is in the queue for the same task gives way to it. Gives its key. */
export function writeDecision(task: TaskView, outcome: Outcome, writing: Writing, unit: Ref, now = phoneNow()): string {
  const held = heldBy(newKey(now, 'decision'), unit, now)
  const before = decisionOf(task.id)
  if (before) replace(before.key, null)
  const plain = JSON.parse(JSON.stringify({ outcome, writing })) as Pick<Decision, 'outcome' | 'writing'>
  replace(held.key, {
    ...held,
    kind: 'decision',
    madeAt: isoLocal(now),
    task: { id: task.id, title: task.title },
    ...plain,
    renewed: false,
  })
  return held.key
}

/** My decision of a task that has not been taken: it waits, or was refused. */
export function decisionOf(task: string): Decision | undefined {
  return outbox.items.filter(isDecision).find((item) => item.task.id === task && item.person.id === session.person?.id)
}

/** Take a decision back that has not gone yet, or was refused, to write on. Null while it is under way. */
export function takeBack(key: string): Decision | null {
  const item = outbox.items.find((each) => each.key === key)
  if (!item || !isDecision(item) || outbox.sending.includes(key)) return null
  replace(key, null)
  return item
}
