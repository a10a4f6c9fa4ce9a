/** What a task to be given (H03) still lacks, what is sent, and what came of it. Pure. */

import type { Picked } from './tasks'
import type { GivenPart, Giving, ResultField } from '../../services/shapes/given'
import type { Field } from '../../services/shapes/tasks'

export const MOST_FIELDS = 5
export const KINDS = [
  { value: 'text', title: '文字' },
  { value: 'number', title: '数字' },
  { value: 'date', title: '日期' },
  { value: 'flag', title: '是或否' },
  { value: 'choice', title: '单选' },
  { value: 'photos', title: '照片' },
]

/** A field as it is typed: choices are one line, split when it is sent. */
export interface TypedField {
  title: string
  kind: string
  required: boolean
  choices: string
}

/** A task to be given, as it is kept on the phone. */
export interface GiveDraft {
  title: string
  text: string
  persons: Picked[]
  due_at: string | null
  needs_review: boolean
  form: TypedField[]
  /** The Idempotency-Key: made with the first press, the same for every further one. */
  key: string
}

export type GiveName = Exclude<keyof GiveDraft, 'form' | 'key'>

const field = (name: GiveName, title: string, kind: string, required: boolean, more: Partial<Field> = {}): Field => ({
  name,
  title,
  kind,
  required,
  choices: null,
  to: null,
  max: null,
  help: null,
  ...more,
})
/** What is asked of the giver, in order; the result's fields come behind. */
export const ASKED = [
  field('title', '任务', 'text', true, { max: 100 }),
  field('text', '要求', 'longtext', false, { max: 1000, help: '怎么做、做到什么样' }),
  field('persons', '谁来做', 'references', true, { to: 'persons', help: '每个人都要做一份' }),
  field('due_at', '期限', 'moment', false),
  field('needs_review', '要我复核', 'flag', true, { help: '做完先给您看，不合格可以退回' }),
] as (Field & { name: GiveName })[]

export const blankGiving = (): GiveDraft => ({
  title: '',
  text: '',
  persons: [],
  due_at: null,
  needs_review: true,
  form: [],
  key: '',
})
export const blankField = (): TypedField => ({ title: '', kind: 'text', required: true, choices: '' })

/** True when there is anything to lose. */
export const isBegun = (draft: GiveDraft): boolean =>
  Boolean(
    draft.title.trim() ||
    draft.text.trim() ||
    draft.persons.length ||
    draft.due_at ||
    !draft.needs_review ||
    draft.form.length,
  )

/** 正常、异常 as a list, each once. */
export const choicesOf = (typed: string): string[] => [
  ...new Set(
    typed
      .split(/[、，,;；\n]/)
      .map((one) => one.trim())
      .filter(Boolean),
  ),
]

/** What is wrong, by field; a result's field is called `form.0`. Empty when it may go. `now` in ms. */
export function giveWrongs(draft: GiveDraft, now: number): Record<string, string> {
  const wrong: Record<string, string> = {}
  if (!draft.title.trim()) wrong.title = '写清楚做什么'
  if (!draft.persons.length) wrong.persons = '选谁来做'
  if (draft.due_at && Date.parse(draft.due_at) <= now) wrong.due_at = '期限已过，选晚一点的时间'
  draft.form.forEach((one, at) => {
    if (!one.title.trim()) wrong[`form.${at}`] = '写这一项的名称'
    else if (one.kind === 'choice' && choicesOf(one.choices).length < 2)
      wrong[`form.${at}`] = '至少写两个选项，用顿号隔开'
  })
  return wrong
}

/** The titles of what `giveWrongs` found, to be said beside the button. */
export function wrongTitles(wrong: Record<string, string>): string[] {
  const titles = Object.keys(wrong).map((name) => ASKED.find((one) => one.name === name)?.title ?? '要填的内容')
  return [...new Set(titles)]
}

/** What is sent. */
export const givingOf = (draft: GiveDraft): Giving => ({
  title: draft.title.trim(),
  text: draft.text.trim(),
  persons: draft.persons.map(({ id }) => id),
  due_at: draft.due_at,
  needs_review: draft.needs_review,
  form: draft.form.map(sentField),
})

function sentField({ title, kind, required, choices }: TypedField): ResultField {
  const sent = { title: title.trim(), kind, required: required && kind !== 'flag' }
  return kind === 'choice' ? { ...sent, choices: choicesOf(choices) } : sent
}

/** The sign of one person's part. */
export const markOfPart = (part: Pick<GivenPart, 'state' | 'late'>): 'good' | 'bad' | 'wait' | 'none' =>
  part.state === 'done' ? 'good' : part.state === 'cancelled' ? 'none' : part.late ? 'bad' : 'wait'

/** What was told in a field, in words. */
export function sayValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return '没有填'
  return typeof value === 'boolean' ? (value ? '是' : '否') : String(value)
}
