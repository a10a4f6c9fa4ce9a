/** Tasks in words: until when, who did what, what a form still lacks, what is sent. Pure. */

import type { DraftPhoto } from '../accidents/draft'
import { sayMoment, wall } from '../moments'
import type { Progress } from '../../services/shapes/given'
import type { Kind } from '../../services/shapes/session'
import type { Field, Outcome, StepPerson, StartedCase, TaskItem, TaskView } from '../../services/shapes/tasks'

/** 今天 18:00前, 明天 09:00前, else the day; late: 已超期，应在…前. Empty without a deadline. */
export function sayDue(item: Pick<TaskItem, 'due_at' | 'late'>, today: string): string {
  const at = wall(item.due_at)
  if (!at) return ''
  const when = sayMoment(item.due_at, today)
  return item.late ? `已超期，应在 ${when} 前` : `${when}前`
}

/** 3/5 已完成, 1 人待复核. */
export const sayProgress = (progress: Progress): string =>
  [`${progress.done}/${progress.total} 已完成`, progress.reviewing ? `${progress.reviewing} 人待复核` : '']
    .filter(Boolean)
    .join(' · ')

/** What a row of 指派 says: how far it is, and until when or how it ended. */
export function sayGiven(
  item: Pick<TaskItem, 'due_at' | 'late' | 'state_text'> & { state: string; progress: Progress },
  today: string,
): string {
  const end = item.state === 'open' ? sayDue(item, today) : item.state_text
  return [sayProgress(item.progress), end].filter(Boolean).join(' · ')
}

/** What a row says under its title: 提交整改 · 今天 08:22 of what is done, else the deadline. */
export function sayState(item: TaskItem, today: string): string {
  if (item.progress) return sayGiven({ ...item, progress: item.progress }, today)
  if (item.state !== 'done' && item.state_text !== undefined)
    return [item.case?.step, item.state_text].filter(Boolean).join(' · ')
  if (item.done_at)
    return `${item.outcome_title ?? '已办'} · ${sayMoment(item.done_at, today)}${item.late ? '（超期）' : ''}`
  return sayDue(item, today) || '没有期限'
}

/** Whether what is followed was deleted: the row leads nowhere, and can only be taken away. */
export const isGone = (item: Pick<TaskItem, 'kind' | 'state'>): boolean =>
  item.kind === 'follow' && item.state === 'gone'

/** A case that I started as a row of 待办: where it stands is what one wants to know of it. */
export const rowOfStarted = (one: StartedCase): TaskItem => ({
  id: one.id,
  kind: 'started',
  title: one.title,
  text: '',
  number: one.number,
  subject: one.subject,
  case: { id: one.id, title: one.title, step: one.step },
  state: one.state,
  state_text: one.stranded ? `${one.state_text}，没有人能办，请告诉安全管理员` : one.state_text,
  due_at: one.due_at,
  late: one.late,
  picture: one.picture,
  place: one.place,
})

/** Where a row leads: its task; what is followed leads to the thing, else to its flow. */
export function pageOf(item: TaskItem, kinds: readonly Kind[]): string {
  if (item.progress) return `/pages/tasks/given?id=${item.id}`
  if (isGone(item)) return ''
  if (item.kind === 'started') return `/pages/tasks/case?id=${item.id}`
  if (item.kind !== 'follow') return `/pages/tasks/task?id=${item.id}`
  return pageFor(kinds, item.subject) || (item.case ? `/pages/tasks/case?id=${item.case.id}` : '')
}

/** The page of a thing, as the server says by its kind; empty for what has none. */
export function pageFor(kinds: readonly Kind[], subject: { kind: string; id: string }): string {
  const page = kinds.find((one) => one.name === subject.kind)?.phone
  return page ? `${page}${page.includes('?') ? '&' : '?'}id=${subject.id}` : ''
}

/** Who did what instead of me, where my task is over without me; null while it is mine to do. */
export function doneBy(task: TaskView): { name: string; at: string | null; outcome: string; comment: string } | null {
  if (task.done)
    return { name: task.done.by, at: task.done.at, outcome: task.done.outcome_title, comment: task.done.comment }
  if (task.state === 'open' || task.state === 'waiting') return null
  const step = task.case?.steps.find(({ people }) => people.some((person) => person.task === task.id))
  const first = step?.people
    .filter(({ state }) => state === 'done')
    .sort((a: StepPerson, b: StepPerson) => ((a.at ?? '') < (b.at ?? '') ? 1 : -1))[0]
  return first ? { name: first.name, at: first.at, outcome: first.outcome_title ?? '', comment: first.comment } : null
}

/** Why a task of mine need not be done any more. */
export function sayOver(task: Pick<TaskView, 'case'>): string {
  return task.case?.state === 'withdrawn' ? '这件事已经撤回，不用您办了。' : '这件事不用您办了。'
}

/** Whose turn it is before mine. */
export function sayWaits(task: Pick<TaskView, 'case'>): string {
  const ahead = (task.case?.steps ?? []).flatMap(({ state, people }) =>
    state === 'open' ? people.filter((person) => person.state === 'open') : [],
  )
  const names = [...new Set(ahead.map(({ name }) => name))].join('、')
  return names ? `等${names}先办，轮到您时会通知您。` : '还没有轮到您，轮到时会通知您。'
}

/** Who has it now that I have handed it on; empty while it is mine, or my proxy's. */
export const handedOn = (
  task: Pick<TaskView, 'state' | 'outcomes' | 'person' | 'for'>,
  me: string | undefined,
): string =>
  task.state === 'open' && !task.outcomes.length && !task.for && task.person.id !== me ? task.person.name : ''

/** What the button of the ways back says: beside a way of the flow's own (退回安排) it names where it leads. */
export const sayBack = (back: { title: string }[]): string =>
  back.length === 1 ? `退回到“${back[0].title}”` : '退回到更早一步'

/** A picked person or record. */
export interface Picked {
  id: string
  name: string
}

/** A decision that is being written, kept on the phone. */
export interface Writing {
  outcome: string
  values: Record<string, unknown>
  photos: Record<string, DraftPhoto[]>
  comment: string
}

/** A fresh one: what the record says already stands there, and what was chosen on the card that led here. */
export function blankWriting(outcome: Outcome, given: Record<string, string> = {}): Writing {
  const known = outcome.fields.filter((field) => field.default !== undefined && field.default !== null)
  const chosen = outcome.fields.filter(({ name, choices }) => choices?.some(({ value }) => value === given[name]))
  const values = [
    ...known.map((field) => [field.name, field.default]),
    ...chosen.map(({ name }) => [name, given[name]]),
  ]
  return { outcome: outcome.key, values: Object.fromEntries(values), photos: {}, comment: '' }
}

/** True when there is anything to lose. */
export const isWritten = (writing: Writing): boolean =>
  Boolean(
    writing.comment.trim() ||
    Object.values(writing.photos).some((list) => list.length) ||
    Object.values(writing.values).some((value) => !isEmpty(value)),
  )

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'string' && !value.trim()) ||
  (Array.isArray(value) && !value.length)

function valueIn(field: Field, writing: Writing): unknown {
  if (field.kind === 'photos') return writing.photos[field.name]
  return field.kind === 'lines' ? linesOf(writing.values[field.name]) : writing.values[field.name]
}

/** What the form asks for as it stands: what hangs on another's value is there, and required, while that has it. */
export const askedNow = (outcome: Outcome, writing: Writing): Field[] =>
  outcome.fields.flatMap((field) => {
    if (!field.needed_when) return [field]
    const [other, value] = field.needed_when
    return writing.values[other] === value ? [{ ...field, required: true }] : []
  })

/** The titles of what must still be filled in. */
export function lacksOf(outcome: Outcome, writing: Writing): string[] {
  const asked = askedNow(outcome, writing)
  const fields = asked.filter((field) => field.required && isEmpty(valueIn(field, writing)))
  const lines = asked
    .filter(({ kind }) => kind === 'lines')
    .flatMap((field) => linesLack(field, writing.values[field.name]))
  return [
    ...fields.map(titleOf),
    ...lines,
    ...(outcome.comment === 'required' && !writing.comment.trim() ? ['说明'] : []),
  ]
}

/** A photo of after is called so where one of before is shown beside it. */
export const titleOf = (field: Field): string =>
  field.kind === 'photos' && field.name.endsWith('after') ? '改好后的照片' : field.title

/** The first thing that a line still lacks: 第 2 行的名称. Empty lines are no lines. */
const linesLack = (field: Field, value: unknown): string[] =>
  linesOf(value)
    .flatMap((line, at) =>
      (field.fields ?? [])
        .filter((part) => part.required && part.kind !== 'flag' && isEmpty(line[part.name]))
        .map((part) => `第 ${at + 1} ${field.line ?? '行'}的${part.title}`),
    )
    .slice(0, 1)

/** The lines that say anything, by the names of their boxes. */
export const linesOf = (value: unknown): Record<string, unknown>[] =>
  (Array.isArray(value) ? (value as Record<string, unknown>[]) : []).filter((line) =>
    Object.values(line).some((each) => !isEmpty(each)),
  )

/** What is sent: only what was filled in, people by their ids, photos by those of the server. */
export function valuesOf(outcome: Outcome, writing: Writing): Record<string, unknown> {
  const sent: Record<string, unknown> = {}
  for (const field of askedNow(outcome, writing)) {
    const value =
      field.kind === 'photos'
        ? (writing.photos[field.name] ?? []).flatMap(({ remote }) => remote ?? [])
        : plain(valueIn(field, writing))
    if (!isEmpty(value)) sent[field.name] = value
  }
  return sent
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value && typeof value === 'object' && 'id' in value) return (value as Picked).id
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]))
  return typeof value === 'string' ? value.trim() : value
}

/** True when every photo that may go has arrived. */
export const photosArrived = (writing: Writing): boolean =>
  Object.values(writing.photos).every((list) => list.every(({ remote }) => remote))

/** True for what may be left out, is empty, and takes room: texts and numbers. */
export const isFolded = (field: Field, writing: Writing): boolean =>
  !field.required &&
  ['text', 'longtext', 'number', 'integer', 'choice'].includes(field.kind) &&
  isEmpty(writing.values[field.name])

/** The kinds of fields that the phone can fill in; a reference by where it leads. */
export function fillable(field: Field): boolean {
  if (field.kind === 'reference') return ['persons', 'major-criteria', 'hazards'].includes(field.to ?? '')
  if (field.kind === 'references') return field.to === 'persons'
  if (field.kind === 'lines')
    return (
      (field.fields ?? []).length > 0 &&
      (field.fields ?? []).every((part) => part.kind !== 'lines' && part.kind !== 'photos' && fillable(part))
    )
  return [
    'text',
    'phone',
    'longtext',
    'number',
    'integer',
    'choice',
    'choices',
    'flag',
    'date',
    'moment',
    'photos',
  ].includes(field.kind)
}
