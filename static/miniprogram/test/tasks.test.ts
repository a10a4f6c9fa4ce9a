/** Tasks in words, and what a decision's form still lacks and sends (H02, H06). */
import { describe, expect, it } from 'vitest'
import { hazardFacts, markOf, sayChanges, worthTelling } from '../src/logic/hazards/hazards'
import {
  blankWriting,
  doneBy,
  fillable,
  isGone,
  isWritten,
  lacksOf,
  pageOf,
  photosArrived,
  sayDue,
  sayState,
  valuesOf,
} from '../src/logic/tasks/tasks'
import type { Field, Hazard, Outcome, TaskItem, TaskView, Told } from '../src/services/shapes/tasks'

const TODAY = '2026-11-25'
const KINDS = [{ name: 'hazard', title: '隐患', ledger: 'hazards', phone: '/pages/hazards/hazard', tasks: true }]
const field = (name: string, kind: string, over: Partial<Field> = {}): Field => ({
  name,
  title: name,
  kind,
  required: true,
  choices: null,
  to: null,
  max: null,
  help: null,
  ...over,
})
const outcome: Outcome = {
  key: 'submit',
  title: '提交整改',
  style: 'primary',
  comment: 'required',
  fields: [
    field('photos_after', 'photos'),
    field('result', 'longtext'),
    field('rectifier', 'reference', { to: 'persons' }),
    field('note', 'text', { required: false }),
  ],
}
const item = (over: Partial<TaskItem>): TaskItem =>
  ({
    id: '1',
    kind: 'case',
    state: 'open',
    due_at: null,
    late: false,
    subject: { kind: 'hazard', id: '7', title: '' },
    case: null,
    ...over,
  }) as TaskItem

describe('a row', () => {
  it('says until when, and that it is late', () => {
    expect(sayDue({ due_at: '2026-11-25T18:00:00+08:00', late: false }, TODAY)).toBe('今天 18:00前')
    expect(sayDue({ due_at: '2026-11-26T09:00:00+08:00', late: false }, TODAY)).toBe('明天 09:00前')
    expect(sayDue({ due_at: '2026-11-24T09:00:00+08:00', late: true }, TODAY)).toBe('已超期，应在 昨天 09:00 前')
    expect(sayState(item({}), TODAY)).toBe('没有期限')
    expect(
      sayState(item({ state: 'done', done_at: '2026-11-25T08:22:00+08:00', outcome_title: '提交整改' }), TODAY),
    ).toBe('提交整改 · 今天 08:22')
  })
  it('leads to its task; what is followed leads to the thing', () => {
    expect(pageOf(item({}), KINDS)).toBe('/pages/tasks/task?id=1')
    expect(pageOf(item({ kind: 'follow' }), KINDS)).toBe('/pages/hazards/hazard?id=7')
  })
  it('of what was deleted leads nowhere, and says so (H04)', () => {
    const lost = item({ kind: 'follow', state: 'gone', state_text: '已删除' })
    expect([isGone(lost), pageOf(lost, KINDS), sayState(lost, TODAY)]).toEqual([true, '', '已删除'])
    expect(isGone(item({ kind: 'follow' }))).toBe(false)
  })
})

describe('who did it', () => {
  const people = [
    { task: '1', state: 'cancelled' },
    { task: '2', state: 'done', name: '陈', at: 'x', outcome_title: '同意', comment: '' },
  ]
  it('is told where another was faster', () => {
    expect(
      doneBy({ id: '1', state: 'cancelled', done: null, case: { steps: [{ people }] } } as unknown as TaskView),
    ).toMatchObject({ name: '陈', outcome: '同意' })
  })
  it('is nobody while it is mine to do', () => {
    expect(
      doneBy({ id: '1', state: 'open', done: null, case: { steps: [{ people }] } } as unknown as TaskView),
    ).toBeNull()
  })
})

describe('a form', () => {
  it('says what is missing, spaces being nothing', () => {
    const writing = { ...blankWriting(outcome), values: { result: '  ' } }
    expect(lacksOf(outcome, writing)).toEqual(['改好后的照片', 'result', 'rectifier', '说明'])
    expect(isWritten(writing)).toBe(false)
  })
  it('sends people by id, photos by those of the server, nothing that is empty', () => {
    const writing = {
      outcome: 'submit',
      comment: '好',
      values: { result: ' 换了 ', rectifier: { id: '16', name: '卢' }, note: '' },
      photos: { photos_after: [{ id: 'a', remote: '71' }] },
    }
    expect(lacksOf(outcome, writing)).toEqual([])
    expect(valuesOf(outcome, writing)).toEqual({ photos_after: ['71'], result: '换了', rectifier: '16' })
    expect(photosArrived(writing)).toBe(true)
    expect(photosArrived({ ...writing, photos: { photos_after: [{ id: 'b', remote: null }] } })).toBe(false)
  })
  it('keeps a no: false is an answer', () => {
    const flag = { ...outcome, comment: 'none' as const, fields: [field('urgent', 'flag')] }
    const writing = { ...blankWriting(flag), values: { urgent: false } }
    expect([lacksOf(flag, writing), valuesOf(flag, writing)]).toEqual([[], { urgent: false }])
  })
  it('asks for a criterion while the level is 重大, and begins with what the card had', () => {
    const level = field('level', 'choice', {
      choices: [
        { value: 'general', title: '一般' },
        { value: 'major', title: '重大' },
      ],
    })
    const judge = {
      ...outcome,
      comment: 'none' as const,
      fields: [
        level,
        field('criterion', 'reference', { required: false, to: 'major-criteria', needed_when: ['level', 'major'] }),
      ],
    }
    const writing = blankWriting(judge, { level: 'major', outcome: 'judge', id: '7' })
    expect([writing.values, lacksOf(judge, writing)]).toEqual([{ level: 'major' }, ['criterion']])
    writing.values.criterion = { id: '3', name: '一条' }
    expect([lacksOf(judge, writing), valuesOf(judge, writing)]).toEqual([[], { level: 'major', criterion: '3' }])
    writing.values.level = 'general'
    expect([lacksOf(judge, writing), valuesOf(judge, writing)]).toEqual([[], { level: 'general' }])
    expect(blankWriting(judge, { level: 'nonsense' }).values).toEqual({})
  })
  it('knows what a phone cannot fill in', () => {
    expect([
      fillable(field('x', 'reference', { to: 'persons' })),
      fillable(field('x', 'reference', { to: 'equipment' })),
      fillable(field('x', 'lines')),
    ]).toEqual([true, false, false])
    expect(fillable(field('x', 'lines', { fields: [field('name', 'text')] }))).toBe(true)
  })
})

describe('a hazard', () => {
  const told = (over: Partial<Told>): Told => ({
    at: 'a',
    name: '王',
    for: null,
    title: '',
    step: null,
    comment: null,
    door_text: '手机',
    changes: [],
    ...over,
  })
  it('tells each thing once', () => {
    const items = [
      told({ title: '上报' }),
      told({ title: '发起' }),
      told({ title: '复核通过', at: 'b' }),
      told({ title: '已完成', at: 'b' }),
    ]
    expect(worthTelling(items).map(({ title }) => title)).toEqual(['上报', '复核通过'])
  })
  it('says changes as people do', () => {
    const changes = [
      { title: '状态', old: 'a', new: 'b' },
      { title: '整改期限', old: null, new: '2026-11-25T18:00:00+08:00' },
    ]
    expect(sayChanges(told({ changes }), TODAY)).toEqual(['整改期限：今天 18:00'])
  })
  it('has a sign for its state, and no empty facts', () => {
    expect([
      markOf({ state: 'closed', overdue: false }),
      markOf({ state: 'rectifying', overdue: true }),
      markOf({ state: 'rejected', overdue: false }),
    ]).toEqual(['good', 'bad', 'none'])
    expect(
      hazardFacts({ where: '泵房', reported_at: '2026-11-25T08:00:00+08:00', number: 'YH1' } as Hazard, TODAY).map(
        ({ name }) => name,
      ),
    ).toEqual(['位置', '上报', '编号'])
  })
})
