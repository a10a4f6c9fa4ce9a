import { reactive } from 'vue'

/** What somebody has filled in of a task and not sent: it outlives leaving the task, news, and a session that ran out. */
export interface Draft {
  outcome: string
  comment: string
  values: Record<string, unknown>
  over: () => void
}
const drafts = new Map<string, Draft>()

/** The draft of a task, an empty one where there is none. */
export function draftOf(task: string): Draft {
  const there = drafts.get(task)
  if (there) return there
  const fresh = reactive<Draft>({ outcome: '', comment: '', values: {}, over: () => drafts.delete(task) })
  drafts.set(task, fresh)
  return fresh
}
