import { reactive, ref, type Ref } from 'vue'
import type { TaskField } from '@/api/tasks/tasks'
import type { Field } from '@/api/types'
import { isEmpty, showValue } from '@/lib/ledger/values'

/**
 * What somebody has filled in of a task and not sent: it outlives leaving the task, news, and a session that ran out.
 */
export interface Draft {
  outcome: string
  comment: string
  values: Record<string, unknown>
  /** What the chosen outcome asked for: the server says no more of it once the task is done. */
  asked: TaskField[]
  over: () => void
}
const drafts = new Map<string, Draft>()

/** The draft of a task, an empty one where there is none. */
export function draftOf(task: string): Draft {
  const there = drafts.get(task)
  if (there) return there
  const fresh = reactive<Draft>({ outcome: '', comment: '', values: {}, asked: [], over: () => drafts.delete(task) })
  drafts.set(task, fresh)
  return fresh
}

const sentences = new Map<string, Ref<string>>()

/** What somebody was about to say beside a case: there again when they come back. */
export function sentenceOf(who: string, of: string): Ref<string> {
  const key = `${who} ${of}`
  const there = sentences.get(key) ?? ref('')
  sentences.set(key, there)
  return there
}

/** All that stands in a draft, in words, to be read when it can't be sent any more. */
export function writtenIn(draft: Draft): { title: string; text: string }[] {
  const filled = draft.asked.filter((field) => !isEmpty(draft.values[field.name]))
  const lines = filled.map((field) => ({ title: field.title, text: inWords(field, draft.values[field.name]) }))
  const comment = draft.comment.trim()
  return comment ? [...lines, { title: '意见', text: comment }] : lines
}
const inWords = (field: TaskField, value: unknown) =>
  field.kind === 'photos' ? `${(value as unknown[]).length} 张照片` : showValue(field as Field, value)
