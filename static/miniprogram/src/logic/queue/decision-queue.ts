/** A decision in the queue (X01, H05): its photos go first, then the word; what was written stays until it is seen. */

import type { Held } from './queue'
import { isFinal, ownProblem, type Problem } from '../problems'
import type { Writing } from '../tasks/tasks'
import type { PhotoLedger } from '../../services/doors/door'
import type { Outcome, TaskView } from '../../services/shapes/tasks'

export interface Decision extends Held {
  kind: 'decision'
  madeAt: string
  task: { id: string; title: string }
  /** What was chosen, with its form: the words are shown, and the values are made from it when it goes. */
  outcome: Outcome
  /** As it stood when it was pressed; photos get their ids of the server as they arrive. */
  writing: Writing
  /** True once photos were sent anew because the server had let go of them. */
  renewed: boolean
}

export const isDecision = (item: { kind?: string }): item is Decision => item.kind === 'decision'

/** The ledger that photos of an input are uploaded for, as the outcome's form says. */
export const ledgerOf = (item: Decision, photo: string): PhotoLedger => {
  const name = Object.keys(item.writing.photos).find((each) => item.writing.photos[each].some(({ id }) => id === photo))
  return (item.outcome.fields.find((field) => field.name === name)?.to ?? 'tasks') as PhotoLedger
}

const pictures = (item: Decision) => Object.values(item.writing.photos).flat()

/** The photo that must go before the word; null when there is none left. */
export const nextDecisionPhoto = (item: Decision): string | null =>
  pictures(item).find(({ remote }) => !remote)?.id ?? null

/** The ids of all its photos on this phone. */
export const decisionPhotos = (item: Decision): string[] => pictures(item).map(({ id }) => id)

/** The same with each photo's id on the server as `remote` gives it. */
const withRemotes = (item: Decision, remote: (id: string, now: string | null) => string | null): Decision => ({
  ...item,
  writing: {
    ...item.writing,
    photos: Object.fromEntries(
      Object.entries(item.writing.photos).map(([name, list]) => [
        name,
        list.map((each) => ({ ...each, remote: remote(each.id, each.remote) })),
      ]),
    ),
  },
})

/** The same once a photo has arrived. */
export const photoThere = (item: Decision, photo: string, remote: string): Decision => ({
  ...withRemotes(item, (id, now) => (id === photo ? remote : now)),
  tries: 0,
  dueAt: 0,
})

/** The same once a photo was refused for good: nothing is decided without it, the person mends it. */
export const photoRefused = (item: Decision, problem: Problem): Decision => ({
  ...item,
  state: 'failed',
  problem: { ...problem, title: `有照片传不上：${problem.title}`, advice: '去掉它，换一张再提交' },
})

/** True when the server has let go of photos that waited too long, and the phone can send them again. */
export const mustSendAgain = (item: Decision, problem: Problem): boolean =>
  !item.renewed &&
  isFinal(problem) &&
  Object.keys(item.writing.photos).some((name) => problem.fields[name]) &&
  pictures(item).some(({ id, remote }) => remote && !id.startsWith('sent-'))

/** The same with all photos to be sent again. */
export const sentAgain = (item: Decision): Decision => ({
  ...withRemotes(item, (id, now) => (id.startsWith('sent-') ? now : null)),
  renewed: true,
})

/** What is left of one that the server has taken: null, or, where I had decided otherwise elsewhere, a note of it. */
export function decisionTaken(item: Decision, task: Pick<TaskView, 'outcome' | 'outcome_title'>): Decision | null {
  if (task.outcome === item.outcome.key) return null
  const problem = ownProblem(
    'done_otherwise',
    `您已经办过：${task.outcome_title ?? ''}`,
    '在别的手机或电脑上先办了',
    '以那一次为准，这一次没有提交',
  )
  return { ...item, state: 'failed', problem: { ...problem, status: 409 } }
}
