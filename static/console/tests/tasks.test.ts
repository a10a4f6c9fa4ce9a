import { describe, expect, it } from 'vitest'
import type { Offer, Step, StepPerson, TaskField } from '@/api/tasks/tasks'
import { focusOf, layout, personLine } from '@/lib/tasks/picture'
import {
  askedNow,
  bareOffers,
  boxWire,
  CASE_BOXES,
  deskTabs,
  dueText,
  isTaskNews,
  learnKinds,
  ledgerOf,
  mentioned,
  pageOf,
  readBox,
  TASK_BOXES,
  typedMention,
  writeBox,
} from '@/lib/tasks/tasks'
import { below, depths, inOrder, seen, tick } from '@/lib/ledger/tree'

const person = (name: string, more: Partial<StepPerson> = {}): StepPerson => ({
  id: '1',
  name,
  for: null,
  state: 'open',
  state_text: '待办',
  task: '1',
  outcome_title: null,
  comment: '',
  at: null,
  late: false,
  ...more,
})
const step = (key: string, state: Step['state'], more: Partial<Step> = {}): Step => ({
  id: key,
  key,
  title: key,
  kind: 'approve',
  rule: 'any',
  state,
  state_text: state,
  visit: 1,
  stranded: false,
  opened_at: null,
  closed_at: null,
  due_at: null,
  late: false,
  added: false,
  people: [],
  ...more,
})

describe('the picture of a flow', () => {
  it('stands in the order in which the steps were come to, with the way back', () => {
    const places = layout([
      step('judge', 'done'),
      step('plan', 'returned'),
      step('judge', 'open', { visit: 2, late: true }),
      step('plan', 'ahead'),
    ])
    expect(places.map((place) => [place.step.key, place.look, place.backTo])).toEqual([
      ['judge', 'done', ''],
      ['plan', 'returned', 'judge'],
      ['judge', 'late', ''],
      ['plan', 'ahead', ''],
    ])
    expect(focusOf(places)).toBe(2)
  })
  it('hangs signers under the step that they belong to', () => {
    const places = layout([
      step('plan', 'done', { opened_at: '2026-11-20T08:00:00+08:00', closed_at: '2026-11-20T10:00:00+08:00' }),
      step('plan+1', 'done', { added: true, opened_at: '2026-11-20T09:00:00+08:00' }),
      step('plan+2', 'open', { added: true, opened_at: '2026-11-20T10:00:00+08:00' }),
      step('rectify', 'ahead', { id: null }),
    ])
    expect(places).toHaveLength(2)
    expect([places[0]!.before.map((one) => one.key), places[0]!.after.map((one) => one.key)]).toEqual([
      ['plan+1'],
      ['plan+2'],
    ])
  })
  it('shows at once that nobody is there', () =>
    expect(layout([step('plan', 'open', { stranded: true })])[0]).toMatchObject({ look: 'stranded', word: '没有人办' }))
  it('looks at the end of what is over', () => expect(focusOf(layout([step('a', 'done'), step('b', 'done')]))).toBe(1))
  it('says who did it, and for whom', () => {
    expect(
      personLine(
        person('王强', { for: '李明', state: 'done', outcome_title: '同意', at: '2020-01-01T08:02:00+08:00' }),
      ),
    ).toEqual({ name: '王强（代李明）', said: '同意', when: '2020-01-01 08:02', tone: 'good' })
    expect(personLine(person('王强', { late: true })).tone).toBe('bad')
  })
})

describe('a decision', () => {
  it('asks for a criterion while the level is 重大, and not else', () => {
    const fields: TaskField[] = [
      { name: 'level', title: '等级', kind: 'choice' },
      { name: 'criterion', title: '标准', kind: 'reference', required: false, needed_when: ['level', 'major'] },
    ]
    const asked = (level: string | null) => askedNow(fields, () => level).map((field) => [field.name, !!field.required])
    expect([asked('major'), asked('general'), asked(null)]).toEqual([
      [
        ['level', false],
        ['criterion', true],
      ],
      [['level', false]],
      [['level', false]],
    ])
  })
})

describe('a list of tasks', () => {
  it('stands in the address, without what is usual', () => {
    const query = readBox({ box: 'done', q: '电缆', overdue: '1', row: '5' }, TASK_BOXES)
    expect(query).toMatchObject({ box: 'done', q: '电缆', overdue: true })
    expect(writeBox(query, TASK_BOXES)).toEqual({ box: 'done', q: '电缆', overdue: '1' })
    expect(writeBox(readBox({ box: 'nothing' }, CASE_BOXES), CASE_BOXES)).toEqual({ box: 'started' })
    expect(boxWire(query, 50)).toBe('box=done&limit=50&q=%E7%94%B5%E7%BC%86&overdue=true')
  })
  it('says how long there is left', () => {
    const now = Date.parse('2026-11-25T10:00:00+08:00')
    expect(dueText('2026-11-25T08:00:00+08:00', false, now)).toMatchObject({
      tone: 'bad',
      text: expect.stringContaining('超时 2 小时') as string,
    })
    expect(dueText('2026-11-25T12:00:00+08:00', false, now)).toMatchObject({
      tone: 'warn',
      text: expect.stringContaining('还有 2 小时') as string,
    })
    expect(dueText('2026-11-25T08:00:00+08:00', true, now).tone).toBe('plain')
    expect(dueText(null, false, now).text).toBe('')
  })
  it('offers for many what fits most of them first, each for those that it fits', () => {
    const offer = (key: string): Offer => ({ key, title: key, style: '' })
    const offers = bareOffers([
      { id: '1', offers: [offer('pass'), offer('agree')] },
      { id: '2', offers: [offer('agree')] },
      { id: '3', offers: [] },
    ])
    expect(offers.map((one) => [one.key, one.ids])).toEqual([
      ['agree', ['1', '2']],
      ['pass', ['1']],
    ])
  })
  it('is asked again at news of tasks, not of others', () => {
    learnKinds([{ name: 'drill', title: '演练', ledger: 'drills', phone: '/pages/drills/drill', tasks: true }])
    expect(isTaskNews({ type: 'changed', ledger: 'drills' })).toBe(true)
    expect([
      isTaskNews({ type: 'messages' }),
      isTaskNews({ type: 'changed', ledger: 'cases' }),
      isTaskNews({ type: 'changed', ledger: 'equipment' }),
    ]).toEqual([true, true, false])
  })
})

describe('what is said', () => {
  it('names people after @', () => {
    expect(typedMention('请 @王', 4)).toBe('王')
    expect(typedMention('请 @王强 看', 7)).toBeNull()
    expect(
      mentioned('@王强 看一下', [
        { id: '1', name: '王强' },
        { id: '2', name: '李明' },
        { id: '1', name: '王强' },
      ]),
    ).toEqual(['1'])
  })
  it('leads from the phone client to the page of the console', () => {
    expect(pageOf('/pages/tasks/task?id=89&outcome=no')).toEqual({ path: '/tasks', query: { row: '89' } })
    expect(pageOf('/pages/tasks/case?id=3')).toEqual({ path: '/cases/3' })
    expect([pageOf('/pages/home/index'), pageOf(null)]).toEqual([null, null])
    learnKinds([{ name: 'drill', title: '演练', ledger: 'drills', phone: '/pages/drills/drill', tasks: true }])
    expect(pageOf('/pages/drills/drill?id=7')).toEqual({ path: '/ledgers/drills', query: { row: '7' } })
    expect([ledgerOf('drill'), ledgerOf('picnic')]).toEqual(['drills', ''])
  })
})

describe('a tree', () => {
  const nodes = inOrder([
    { id: '3', parent: '2', name: '配电室' },
    { id: '1', parent: null, name: '公司' },
    { id: '2', parent: '1', name: '一厂' },
    { id: '4', parent: '1', name: '二厂' },
  ])
  it('stands in order, each as deep as it is', () => {
    expect(nodes.map((node) => node.id)).toEqual(['1', '2', '3', '4'])
    expect([...depths(nodes).values()]).toEqual([0, 1, 2, 1])
  })
  it('folds, and finds with all above', () => {
    expect(seen(nodes, new Set(['2']), '').map((node) => node.id)).toEqual(['1', '2', '4'])
    expect(seen(nodes, new Set(['1']), '配电').map((node) => node.id)).toEqual(['1', '2', '3'])
    expect(seen(nodes, new Set(['1']), '二厂', tick(nodes, new Set(), '2')).map((node) => node.id)).toEqual([
      '1',
      '2',
      '3',
      '4',
    ]) // what is ticked is seen
  })
  it('is ticked with all below and pruned without what is above', () => {
    const all = tick(nodes, new Set(), '1')
    expect([...all]).toEqual(below(nodes, '1'))
    expect([...tick(nodes, all, '2')]).toEqual(['1', '4'])
  })
})

describe('the tabs of 任务和审批', () => {
  it('are one row over both lists; what waits for my word stands in 待办 alone', () => {
    const titles = (...rights: string[]) => deskTabs((right) => rights.includes(right)).map((tab) => tab.title)
    expect(titles()).toEqual(['待办', '已办', '我发起的', '关注'])
    expect(titles('tasks.give', 'tasks.read_all', 'approvals.read_all')).toEqual([
      '待办',
      '已办',
      '我发起的',
      '我指派的',
      '关注',
      '所有任务',
      '所有审批',
    ])
  })
})
