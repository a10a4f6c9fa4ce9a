import { describe, expect, it } from 'vitest'
import type { About, Condition, Definition, FlowStep } from '@/api/tasks/flows'
import type { Field } from '@/api/types'
import { conditionText, fieldsIn, join, joinOf, opsFor, partsOf, withField, withOp } from '@/lib/ledger/conditions'
import {
  faultsAt,
  fieldsUsed,
  filledBefore,
  freeKey,
  hoursOf,
  looseFaults,
  moved,
  namedBy,
  needChoices,
  needValue,
  newStep,
  nextText,
  personsIn,
  ruleText,
  withKind,
} from '@/lib/tasks/flows'

const LEVEL: Field = {
  name: 'level',
  title: '隐患等级',
  kind: 'choice',
  choices: [
    { value: 'general', title: '一般隐患' },
    { value: 'major', title: '重大隐患' },
  ],
}
const GRID: Field = { name: 'grid', title: '网格', kind: 'reference', to: 'grid' }
const FUNDS: Field = { name: 'funds_wan', title: '整改资金', kind: 'number', unit: '万元' }
const RECTIFIER: Field = { name: 'rectifier', title: '整改人', kind: 'reference', to: 'persons' }
const FIELDS = [LEVEL, GRID, FUNDS, RECTIFIER]
const MAJOR: Condition = { field: 'level', op: 'eq', value: 'major' }
const NOWHERE: Condition = { field: 'grid', op: 'empty' }

describe('a condition', () => {
  it('is a sentence, groups inside in brackets', () => {
    expect(conditionText(MAJOR, FIELDS)).toBe('隐患等级 等于 重大隐患')
    expect(conditionText({ any: [MAJOR, NOWHERE] }, FIELDS)).toBe('隐患等级 等于 重大隐患，或者 网格 没有填写')
    expect(
      conditionText({ all: [NOWHERE, { any: [MAJOR, { field: 'funds_wan', op: 'gt', value: 10 }] }] }, FIELDS),
    ).toBe('网格 没有填写，并且 （隐患等级 等于 重大隐患，或者 整改资金 大于 10 万元）')
    expect(conditionText({ field: 'gone', op: 'eq', value: 1 }, FIELDS)).toContain('“gone”')
  })
  it('falls apart into lines and is put together again', () => {
    expect([partsOf(null), partsOf(MAJOR), joinOf({ any: [MAJOR] })]).toEqual([[], [MAJOR], 'any'])
    expect(join([], 'all')).toBeNull()
    expect(join([MAJOR], 'any')).toEqual(MAJOR)
    expect(join([MAJOR, NOWHERE], 'any')).toEqual({ any: [MAJOR, NOWHERE] })
    expect(fieldsIn({ all: [NOWHERE, { any: [MAJOR] }] })).toEqual(['grid', 'level'])
  })
  it('offers only comparisons that mean something', () => {
    expect(opsFor(LEVEL).map((op) => op.value)).toEqual(['eq', 'ne', 'in', 'filled', 'empty'])
    expect(opsFor(FUNDS).map((op) => op.value)).toEqual(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'filled', 'empty'])
  })
  it('keeps no value that means nothing for another field or comparison', () => {
    expect(withField({ field: 'funds_wan', op: 'gt', value: 10 }, LEVEL)).toEqual({
      field: 'level',
      op: 'eq',
      value: null,
    })
    expect(withField({ field: 'level', op: 'empty' }, GRID)).toEqual({ field: 'grid', op: 'empty' })
    expect(withOp({ field: 'level', op: 'eq', value: 'major' }, 'in')).toEqual({
      field: 'level',
      op: 'in',
      value: ['major'],
    })
    expect(withOp({ field: 'level', op: 'in', value: ['major', 'general'] }, 'ne')).toEqual({
      field: 'level',
      op: 'ne',
      value: 'major',
    })
    expect(withOp({ field: 'level', op: 'eq', value: 'major' }, 'filled')).toEqual({ field: 'level', op: 'filled' })
  })
})

const step = (key: string, more: Partial<FlowStep> = {}): FlowStep => ({
  key,
  title: key.toUpperCase(),
  kind: 'approve',
  who: [],
  ...more,
})
const FLOW: Definition = {
  steps: [
    step('judge', {
      who: [
        { by: 'grid_owner', level: 0 },
        { by: 'role', code: 'officer', when: NOWHERE },
      ],
      outcomes: [{ key: 'yes', title: '是', next: 'plan' }],
    }),
    step('plan', {
      who: [{ by: 'person', id: 7 }],
      outcomes: [{ key: 'assign', title: '安排', needs: ['rectifier'], next: 'next' }],
    }),
    step('rectify', {
      kind: 'fill',
      who: [{ by: 'field', name: 'rectifier' }],
      due: 'due_at',
      ladder: [{ after: 0, who: [{ by: 'superior', of: 'plan' }] }],
    }),
  ],
}
const ABOUT = {
  kind: 'hazard',
  title: '隐患',
  fields: FIELDS,
  inputs: [],
  transitions: [],
  effects: [],
  person_fields: [{ value: 'rectifier', title: '整改人' }],
  moment_fields: [],
  has_grid: true,
  who: [
    {
      by: 'grid_owner',
      title: '网格责任人',
      needs: ['level'],
      choices: {
        level: [
          { value: '0', title: '事情所在的网格' },
          { value: '3', title: '厂站' },
        ],
      },
    },
    { by: 'role', title: '角色', needs: ['code'], choices: { code: [{ value: 'officer', title: '安全管理员' }] } },
    { by: 'person', title: '指定的人', needs: ['id'], choices: {} },
    { by: 'field', title: '表单里填的人', needs: ['name'], choices: {} },
    { by: 'superior', title: '上级', needs: ['of'], choices: {} },
  ],
} as About

describe('a flow', () => {
  it('moves its steps and leaves the list alone where there is nowhere to move', () => {
    expect(moved(FLOW.steps, 0, 2).map((one) => one.key)).toEqual(['plan', 'rectify', 'judge'])
    expect(moved(FLOW.steps, 2, 3)).toBe(FLOW.steps)
  })
  it('gives a new step a key of its own, and its usual outcomes', () => {
    expect(freeKey('s', ['s1', 's3'])).toBe('s2')
    const fresh = newStep([step('s1')])
    expect([fresh.key, fresh.outcomes?.map((one) => one.next)]).toEqual(['s2', ['next', 'end:refused']])
    expect(withKind(fresh, 'notify').outcomes).toBeUndefined()
    expect(withKind(withKind(fresh, 'notify'), 'fill').outcomes?.map((one) => one.title)).toEqual(['提交'])
  })
  it('says who, in words', () => {
    const rules = FLOW.steps[0]!.who
    expect(ruleText(rules[0]!, ABOUT, FLOW)).toBe('网格责任人（事情所在的网格）')
    expect(ruleText(rules[1]!, ABOUT, FLOW)).toBe('角色（安全管理员），当 网格 没有填写')
    expect(ruleText(FLOW.steps[1]!.who[0]!, ABOUT, FLOW, { 7: '王强' })).toBe('指定的人（王强）')
    expect(ruleText({ by: 'role' }, ABOUT, FLOW)).toBe('角色（未选）')
  })
  it('knows what breaks when a step goes', () => {
    expect(namedBy(FLOW, 'plan')).toEqual(['JUDGE', 'RECTIFY'])
    expect(namedBy(FLOW, 'rectify')).toEqual([])
  })
  it('puts faults to the step where they are', () => {
    const faults = [
      { path: 'steps.1.who.0.id', sentence: 'a' },
      { path: 'steps.10', sentence: 'b' },
      { path: 'own', sentence: 'c' },
    ]
    expect(faultsAt(faults, 'steps.1').map((one) => one.sentence)).toEqual(['a'])
    expect(looseFaults(faults).map((one) => one.sentence)).toEqual(['c'])
  })
  it('offers the holder only in a ladder, and numbers where the definition holds numbers', () => {
    const superior = ABOUT.who[4]!
    expect(needChoices(superior, 'of', ABOUT, FLOW, false)?.map((one) => one.value)).toEqual([
      'starter',
      'judge',
      'plan',
      'rectify',
    ])
    expect(needChoices(superior, 'of', ABOUT, FLOW, true)?.map((one) => one.value)).toContain('holder')
    expect([needValue('level', '3'), needValue('code', '3')]).toEqual([3, '3'])
  })
  it('asks for what its people hang on, when it is tried', () => {
    expect(fieldsUsed(FLOW, ABOUT).map((one) => one.name)).toEqual(['grid', 'rectifier'])
    expect(filledBefore(FLOW, 'rectify', ABOUT)).toBe('整改人')
    expect(filledBefore(FLOW, 'plan', ABOUT)).toBe('')
    expect(personsIn(FLOW)).toEqual(['7'])
  })
  it('says where an outcome leads, also where the step is gone', () => {
    expect(nextText(FLOW, FLOW.steps[0]!, 'plan')).toBe('到“PLAN”')
    expect(nextText(FLOW, FLOW.steps[0]!, undefined)).toBe('下一步')
    expect(nextText(FLOW, FLOW.steps[0]!, 'gone')).toBe('（这一步没有了）')
  })
  it('reads hours from what people type', () => expect(hoursOf('4、24，4 小时')).toEqual([24, 4]))
})
