import type { About, Definition, Fault, FlowOutcome, FlowStep, Rule, Way } from '@/api/tasks/flows'
import { conditionText, fieldsIn } from '@/lib/ledger/conditions'
import type { Field } from '@/api/types'
import { same } from '@/lib/ledger/values'

export const STEP_KINDS = [
  { value: 'approve', label: '审批', help: '看了以后决定：同意、退回……' },
  { value: 'fill', label: '填报', help: '做完以后把结果填上来' },
  { value: 'notify', label: '通知', help: '告诉一声就往下走，不用办' },
]
export const RULES = [
  { value: 'any', label: '一人办理即可' },
  { value: 'all', label: '全部都要办（会签）' },
  { value: 'order', label: '按顺序一个接一个办' },
]
export const REFUSALS = [
  { value: 'ends', label: '马上结束' },
  { value: 'majority', label: '过半数不同意才结束' },
  { value: 'noted', label: '只记下来，接着往下走' },
]
export const OWNS = [
  { value: 'up', label: '换成他的上级' },
  { value: 'allow', label: '他自己可以办' },
  { value: 'skip', label: '跳过他，别人办' },
]
export const COMMENTS = [
  { value: 'none', label: '不填意见' },
  { value: 'optional', label: '可填意见' },
  { value: 'required', label: '必填意见' },
]
export const STYLES = [
  { value: 'primary', label: '主要' },
  { value: '', label: '一般' },
  { value: 'danger', label: '否定' },
]
const KIND_TITLES: Record<string, string> = Object.fromEntries(STEP_KINDS.map((one) => [one.value, one.label]))
export const kindTitle = (kind: string): string => KIND_TITLES[kind] ?? kind

export const copyOf = <Thing>(thing: Thing): Thing => JSON.parse(JSON.stringify(thing)) as Thing

/** A key that nobody has yet: s1, s2 … */
export function freeKey(letter: string, taken: string[]): string {
  for (let number = 1; ; number++) if (!taken.includes(`${letter}${number}`)) return `${letter}${number}`
}

export function newStep(steps: FlowStep[]): FlowStep {
  const key = freeKey(
    's',
    steps.map((step) => step.key),
  )
  return {
    key,
    title: '',
    kind: 'approve',
    who: [],
    rule: 'any',
    hours: 24,
    remind: [4],
    ladder: [],
    outcomes: usualOutcomes('approve'),
  }
}
/** What a step of a kind usually ends with. */
export function usualOutcomes(kind: string): FlowOutcome[] {
  if (kind === 'notify') return []
  if (kind === 'fill') return [{ key: 'submit', title: '提交', style: 'primary', next: 'next' }]
  return [
    { key: 'agree', title: '同意', style: 'primary', next: 'next' },
    { key: 'refuse', title: '不同意', style: 'danger', comment: 'required', next: 'end:refused' },
  ]
}
/** A step of another kind: outcomes that mean nothing there are put in order, what fits stays. */
export function withKind(step: FlowStep, kind: string): FlowStep {
  const next = { ...step, kind }
  if (kind === 'notify') delete next.outcomes
  else if (!step.outcomes?.length || same(step.outcomes, usualOutcomes(step.kind))) next.outcomes = usualOutcomes(kind)
  return next
}
export function newOutcome(step: FlowStep): FlowOutcome {
  return {
    key: freeKey(
      'o',
      (step.outcomes ?? []).map((one) => one.key),
    ),
    title: '',
    comment: 'optional',
    next: 'next',
  }
}

/** One put elsewhere in a list; out of range leaves it as it is. */
export function moved<Thing>(list: Thing[], from: number, to: number): Thing[] {
  if (from === to || from < 0 || to < 0 || from >= list.length || to >= list.length) return list
  const next = [...list]
  const [one] = next.splice(from, 1)
  next.splice(to, 0, one!)
  return next
}
export const put = <Thing>(list: Thing[], at: number, one: Thing): Thing[] =>
  list.map((each, index) => (index === at ? one : each))
export const without = <Thing>(list: Thing[], at: number): Thing[] => list.filter((_, index) => index !== at)

/** Where a step is named in the rest of the flow: what breaks when it goes. */
export function namedBy(definition: Definition, key: string): string[] {
  const names: string[] = []
  for (const step of definition.steps) {
    if (step.key === key) continue
    const rules = [...step.who, ...(step.copies ?? []), ...(step.ladder ?? []).flatMap((rung) => rung.who)]
    const named =
      rules.some((rule) => rule.step === key || rule.of === key) ||
      (step.outcomes ?? []).some((one) => one.next === key) ||
      step.next === key
    if (named) names.push(stepName(definition, step))
  }
  return names
}

/** Faults of one step, or below a path of it (`who`, `outcomes.1`), without repeating what stands deeper. */
export const faultsAt = (faults: Fault[], prefix: string): Fault[] =>
  faults.filter((one) => one.path === prefix || one.path.startsWith(`${prefix}.`))
/** Faults that belong to no step. */
export const looseFaults = (faults: Fault[]): Fault[] => faults.filter((one) => !/^steps\.\d+/.test(one.path))

/** What a step is called; one that has no name yet, by its place. */
export const stepName = (definition: Definition, step: FlowStep): string =>
  step.title.trim() || `第 ${definition.steps.findIndex((one) => one.key === step.key) + 1} 步`

/** Where an outcome may lead, for people. */
export function nextChoices(definition: Definition, step: FlowStep): { value: string; label: string }[] {
  return [
    { value: 'next', label: '下一步' },
    ...definition.steps
      .filter((one) => one.key !== step.key)
      .map((one) => ({ value: one.key, label: `到“${stepName(definition, one)}”` })),
    { value: 'up', label: '交给上一级办' },
    { value: 'back', label: '退回来的那一步' },
    { value: 'end:approved', label: '结束（通过）' },
    { value: 'end:refused', label: '结束（不通过）' },
  ]
}
export const nextText = (definition: Definition, step: FlowStep, next: string | undefined): string =>
  nextChoices(definition, step).find((one) => one.value === (next ?? 'next'))?.label ?? '（这一步没有了）'

const NEED_TITLES: Record<string, string> = {
  id: '选谁',
  code: '哪个角色',
  level: '哪一级',
  of: '谁的',
  name: '哪一项',
  step: '哪一步',
}
export const needTitle = (need: string): string => NEED_TITLES[need] ?? need

/** What a need of a way of naming people may be; null where it is picked otherwise (a person). */
export function needChoices(
  way: Way,
  need: string,
  about: About,
  definition: Definition,
  ladder: boolean,
): { value: string; label: string }[] | null {
  const offered = way.choices[need]
  if (offered) return offered.map((one) => ({ value: one.value, label: one.title }))
  const steps = definition.steps
    .filter((step) => step.kind !== 'notify')
    .map((step) => ({ value: step.key, label: `办“${stepName(definition, step)}”的人` }))
  if (need === 'step') return steps
  if (need === 'of')
    return [
      { value: 'starter', label: '发起人' },
      ...(ladder ? [{ value: 'holder', label: '正在办理的人' }] : []),
      ...steps,
    ]
  if (need === 'name') return about.person_fields.map((one) => ({ value: one.value, label: one.title }))
  return null
}
const NUMBERS = new Set(['level', 'id'])
/** What was chosen, as the definition holds it. */
export const needValue = (need: string, picked: unknown): unknown =>
  NUMBERS.has(need) && picked !== '' && picked !== null && picked !== undefined ? Number(picked) : picked

/** 网格责任人（厂站），当 隐患等级 等于 一般隐患 */
export function ruleText(
  rule: Rule,
  about: About,
  definition: Definition,
  people: Record<string, string> = {},
): string {
  const way = about.who.find((one) => one.by === rule.by)
  if (!way) return '（还没有选）'
  const parts = way.needs.map((need) => {
    const value = rule[need]
    if (value === undefined || value === null || value === '') return '未选'
    const choice = needChoices(way, need, about, definition, true)?.find((one) => one.value === String(value))
    return choice?.label ?? people[String(value)] ?? (way.by === 'person' ? '一个人' : String(value))
  })
  const when = conditionText(rule.when, about.fields)
  return `${way.title}${parts.length ? `（${parts.join('、')}）` : ''}${when ? `，当 ${when}` : ''}`
}
export function whoText(
  rules: Rule[],
  about: About,
  definition: Definition,
  people: Record<string, string> = {},
): string {
  return rules.length ? rules.map((rule) => ruleText(rule, about, definition, people)).join('；') : '还没有定谁来办'
}

/** Every person that the flow names by id. */
export function personsIn(definition: Definition): string[] {
  const rules = definition.steps.flatMap((step) => [
    ...step.who,
    ...(step.copies ?? []),
    ...(step.ladder ?? []).flatMap((rung) => rung.who),
  ])
  return [...new Set(rules.filter((rule) => rule.by === 'person' && rule.id).map((rule) => String(rule.id)))]
}

/** The fields on which it hangs who gets a step: what must be typed to try a flow without a record. */
export function fieldsUsed(definition: Definition, about: About): Field[] {
  const names = new Set<string>(about.has_grid && about.fields.some((field) => field.name === 'grid') ? ['grid'] : [])
  for (const step of definition.steps) {
    const rules = [...step.who, ...(step.copies ?? []), ...(step.ladder ?? []).flatMap((rung) => rung.who)]
    for (const name of [...fieldsIn(step.when), ...rules.flatMap((rule) => fieldsIn(rule.when))]) names.add(name)
    for (const rule of rules) if (rule.by === 'field' && typeof rule.name === 'string') names.add(rule.name)
    if (step.due) names.add(step.due)
  }
  return about.fields
    .filter((field) => names.has(field.name))
    .map((field) => ({ ...field, required: false, readonly: false }))
}
/**
 * The title of the field that an earlier step fills in and that names who gets this one; '' where it names nobody yet
 * for another reason.
 */
export function filledBefore(definition: Definition, key: string, about: About): string {
  const at = definition.steps.findIndex((step) => step.key === key)
  const asked = new Set(
    definition.steps
      .slice(0, Math.max(0, at))
      .flatMap((step) => (step.outcomes ?? []).flatMap((one) => [...(one.needs ?? []), ...(one.optional ?? [])])),
  )
  const rule = definition.steps[at]?.who.find((one) => one.by === 'field' && asked.has(String(one.name)))
  return rule ? (about.fields.find((field) => field.name === rule.name)?.title ?? '') : ''
}
/** 4、24 → [24, 4] */
export const hoursOf = (text: string): number[] =>
  [...new Set((text.match(/\d+(\.\d+)?/g) ?? []).map(Number).filter((hours) => hours > 0))].sort((a, b) => b - a)
