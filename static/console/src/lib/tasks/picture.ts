import type { Step, StepPerson } from '@/api/tasks/tasks'
import type { Tone } from '@/api/types'
import { showMoment } from '@/lib/moments'

/** One place of a flow's picture: a step, and under it those that signers were put into. */
export interface Place {
  step: Step
  before: Step[]
  after: Step[]
  /** How it is drawn. */
  look: 'done' | 'open' | 'late' | 'stranded' | 'returned' | 'skipped' | 'ahead' | 'withdrawn'
  sign: string
  word: string
  /** A return leads back from here: to which step. */
  backTo: string
}

const SIGNS: Record<Place['look'], string> = {
  done: '✓',
  open: '●',
  late: '!',
  stranded: '!',
  returned: '↩',
  skipped: '–',
  ahead: '○',
  withdrawn: '✕',
}
const RULES: Record<string, string> = { any: '一人办理即可', all: '全部都要办', order: '按顺序办' }

export const lookOf = (step: Step): Place['look'] =>
  step.state !== 'open' ? step.state : step.stranded ? 'stranded' : step.late ? 'late' : 'open'

/**
 * The steps left to right, in the order in which they were come to; signers stand under the step that they belong to.
 */
export function layout(steps: Step[]): Place[] {
  const places: Place[] = []
  const waiting: Step[] = []
  for (const step of steps) {
    if (step.added) {
      waiting.push(step)
      continue
    }
    const look = lookOf(step)
    places.push({ step, before: [], after: [], look, sign: SIGNS[look], word: wordOf(step, look), backTo: '' })
  }
  for (const step of waiting) hang(places, step)
  places.forEach((place, index) => {
    const next = places[index + 1]
    if (place.look === 'returned' && next) place.backTo = next.step.title
  })
  return places
}

/** Under the place with the same key whose time it falls into: the last one that was opened before it. */
function hang(places: Place[], step: Step): void {
  const base = step.key.split('+')[0]
  const own = places.filter((place) => place.step.key === base)
  const place =
    own.filter((one) => (one.step.opened_at ?? '') <= (step.opened_at ?? '')).at(-1) ?? own[0] ?? places.at(-1)
  if (!place) return
  const late = place.step.closed_at && step.opened_at && step.opened_at >= place.step.closed_at
  ;(late ? place.after : place.before).push(step)
}

function wordOf(step: Step, look: Place['look']): string {
  if (look === 'stranded') return '没有人办'
  if (look === 'late') return `${step.state_text}，已超时`
  return step.state_text
}

/** Where the eye should fall first: the open step, or the last one that was done. */
export function focusOf(places: Place[]): number {
  const open = places.findIndex((place) => place.step.state === 'open')
  return open >= 0 ? open : Math.max(0, places.map((place) => place.look !== 'ahead').lastIndexOf(true))
}

export const ruleText = (step: Step): string =>
  step.people.length > 1 || step.state === 'ahead' ? (RULES[step.rule] ?? '') : ''

/** 王强（代李明）：同意 今天 08:02 */
export function personLine(one: StepPerson): { name: string; said: string; when: string; tone: Tone } {
  const name = one.for ? `${one.name}（代${one.for}）` : one.name
  if (one.state === 'done') return { name, said: one.outcome_title || '已办', when: showMoment(one.at), tone: 'good' }
  if (one.state === 'open')
    return { name, said: one.late ? '待办，已超时' : '待办', when: '', tone: one.late ? 'bad' : 'warn' }
  return { name, said: one.state_text, when: '', tone: 'plain' }
}
