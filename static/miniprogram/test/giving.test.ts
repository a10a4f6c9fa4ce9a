/** 指派 (H03): what is still wrong, what is sent, how far it is; a draft is its writer's and its unit's. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  blankField,
  blankGiving,
  choicesOf,
  givingOf,
  giveWrongs,
  isBegun,
  markOfPart,
  sayValue,
  wrongTitles,
} from '../src/logic/tasks/giving'
import { pageOf, sayGiven, sayState } from '../src/logic/tasks/tasks'
import type { Progress } from '../src/services/shapes/given'
import type { TaskItem } from '../src/services/shapes/tasks'

const NOW = Date.parse('2026-11-25T08:00:00+08:00')
const TODAY = '2026-11-25'
const progress: Progress = { total: 5, doing: 1, reviewing: 1, done: 3, cancelled: 0, overdue: 0 }
const item = (over: object) =>
  ({
    id: '7',
    kind: 'given',
    state: 'open',
    state_text: '进行中',
    due_at: '2026-11-25T18:00:00+08:00',
    late: false,
    progress,
    case: null,
    ...over,
  }) as unknown as TaskItem

describe('a row of 指派', () => {
  it('says how far it is and until when, and leads to its people', () => {
    expect(sayState(item({}), TODAY)).toBe('3/5 已完成 · 1 人待复核 · 今天 18:00前')
    expect(pageOf(item({}), [])).toBe('/pages/tasks/given?id=7')
  })
  it('says how it ended', () => {
    expect(
      sayGiven(
        {
          state: 'cancelled',
          state_text: '已取消',
          due_at: null,
          late: false,
          progress: { ...progress, reviewing: 0 },
        },
        TODAY,
      ),
    ).toBe('3/5 已完成 · 已取消')
  })
})

describe('a task to be given', () => {
  const draft = { ...blankGiving(), title: ' 清点 ', persons: [{ id: '3', name: '王' }] }
  it('says what is wrong at its field', () => {
    const bad = {
      ...blankGiving(),
      title: '  ',
      due_at: '2026-11-25T07:59:00+08:00',
      form: [blankField(), { ...blankField(), title: '结论', kind: 'choice', choices: '正常、正常' }],
    }
    const wrong = giveWrongs(bad, NOW)
    expect(Object.keys(wrong)).toEqual(['title', 'persons', 'due_at', 'form.0', 'form.1'])
    expect(wrongTitles(wrong)).toEqual(['任务', '谁来做', '期限', '要填的内容'])
    expect(giveWrongs(draft, NOW)).toEqual({})
  })
  it('sends ids and clean fields; a yes or no is never required, choices only where there are some', () => {
    const form = [
      { ...blankField(), title: ' 台数 ', kind: 'number' },
      { ...blankField(), title: '好', kind: 'flag', choices: '甲、乙' },
      { ...blankField(), title: '结论', kind: 'choice', choices: '正常，异常 、' },
    ]
    expect(givingOf({ ...draft, form })).toEqual({
      title: '清点',
      text: '',
      persons: ['3'],
      due_at: null,
      needs_review: true,
      form: [
        { title: '台数', kind: 'number', required: true },
        { title: '好', kind: 'flag', required: false },
        { title: '结论', kind: 'choice', required: true, choices: ['正常', '异常'] },
      ],
    })
    expect(choicesOf(' 、，')).toEqual([])
  })
  it('is begun by anything that differs', () => {
    expect([isBegun(blankGiving()), isBegun({ ...blankGiving(), needs_review: false }), isBegun(draft)]).toEqual([
      false,
      true,
      true,
    ])
  })
})

it('signs one part, and says what was told', () => {
  expect([
    markOfPart({ state: 'done', late: true }),
    markOfPart({ state: 'doing', late: true }),
    markOfPart({ state: 'reviewing', late: false }),
    markOfPart({ state: 'cancelled', late: false }),
  ]).toEqual(['good', 'bad', 'wait', 'none'])
  expect([sayValue(false), sayValue(0), sayValue(null), sayValue('好')]).toEqual(['否', '0', '没有填', '好'])
})

describe('the draft', () => {
  const shelf = new Map<string, string>()
  beforeEach(() => {
    shelf.clear()
    vi.resetModules()
    vi.stubGlobal('uni', {
      setStorageSync: (key: string, value: string) => shelf.set(key, value),
      getStorageSync: (key: string) => shelf.get(key) ?? '',
      removeStorageSync: (key: string) => shelf.delete(key),
      getStorageInfoSync: () => ({ keys: [...shelf.keys()] }),
    })
  })
  it('comes back to its writer only, without its people in another unit, and is gone when emptied', async () => {
    const { session } = await import('../src/state/session')
    const { beginGiving, keepGiving } = await import('../src/state/giving')
    const be = (person: string, unit: string) =>
      Object.assign(session, { person: { id: person }, units: [{ id: unit, current: true, state: 'approved' }] })
    be('p1', 'u1')
    keepGiving({ ...blankGiving(), title: '清点', persons: [{ id: '3', name: '王' }] })
    expect(beginGiving()).toMatchObject({ title: '清点', persons: [{ id: '3' }] })
    be('p1', 'u2')
    expect(beginGiving()).toMatchObject({ title: '清点', persons: [] })
    be('p2', 'u1')
    expect(beginGiving()).toEqual(blankGiving())
    keepGiving(blankGiving())
    expect(shelf.has('anban.give')).toBe(false)
  })
})
