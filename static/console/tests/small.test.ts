import { describe, expect, it } from 'vitest'
import { xsrfToken } from '@/api/client'
import { asApiError, errorFrom } from '@/api/errors'
import type { Action, Ledger, Rights, Row } from '@/api/types'
import { bulkActions, inlineActions } from '@/lib/ledger/actions'
import { drawn, keepShown, readShown } from '@/lib/ledger/columns'
import { groupRights, setGroup } from '@/lib/account/grants'
import { leaves } from '@/lib/page/leaving'
import { backoff, changedIds, unseen } from '@/lib/ledger/news'
import { asksByItself, noteUse, standing } from '@/lib/page/using'
import { RULES, strength } from '@/lib/account/password'
import { same, showCount, showSize, showValue } from '@/lib/ledger/values'

const row = (id: string, version = 1, can: string[] = []): Row => ({ id, label: id, version, values: {}, can })
const action = (name: string, more: Partial<Action> = {}): Action => ({
  name,
  title: name,
  where: 'row',
  gives: 'rows',
  ...more,
})
const ledger = (more: Partial<Ledger>): Ledger =>
  ({ name: 'x', columns: [], actions: [], fields: [], ...more }) as unknown as Ledger

describe('errors', () => {
  it('keep the three parts of the server', () => {
    const error = errorFrom(
      403,
      JSON.stringify({
        error: {
          code: 'right_missing',
          title: '不能看',
          cause: '没有权限。',
          advice: '找王伟。',
          message: '不能看。',
          fields: {},
        },
      }),
    )
    expect([error.status, error.code, error.body.title, error.body.cause, error.body.advice]).toEqual([
      403,
      'right_missing',
      '不能看',
      '没有权限。',
      '找王伟。',
    ])
  })
  it('have words also where a proxy answered with a page', () => {
    const error = errorFrom(502, '<html>Bad Gateway</html>')
    expect([error.code, error.body.title]).toEqual(['http_502', '服务器暂时没有回应'])
    expect(error.body.fields).toEqual({})
  })
  it('wrap whatever else was thrown', () => expect(asApiError(new Error('x')).code).toBe('console_fault'))
})

it('finds the XSRF cookie among others', () => {
  expect(xsrfToken('a=1; _xsrf=2|ab|cd|99; b=2')).toBe('2|ab|cd|99')
  expect(xsrfToken('not_xsrf=1')).toBe('')
  expect(xsrfToken('a=1; __Host-_xsrf=ab')).toBe('ab')
})

describe('values', () => {
  it('are shown as people say them', () => {
    const choice = {
      name: 's',
      title: 's',
      kind: 'choices' as const,
      choices: [
        { value: 'a', title: '甲' },
        { value: 'b', title: '乙' },
      ],
    }
    expect(showValue(choice, ['a', 'b', 'c'])).toBe('甲、乙、c')
    expect(showValue({ name: 'n', title: 'n', kind: 'number', unit: '吨' }, 0)).toBe('0 吨')
    expect(showValue({ name: 'f', title: 'f', kind: 'flag' }, false)).toBe('否')
    expect(showValue(undefined, { lng: 120.1, lat: 30.2, accuracy: 17.6 })).toBe('120.10000, 30.20000（误差 18 米）')
    expect([
      showCount({ value: 1000, exact: false }, '条'),
      showCount({ value: 3, exact: true }, '人'),
      showSize(2_500_000),
    ]).toEqual(['1000+ 条', '3 人', '2.4 MB'])
  })
  it('are the same when they say the same', () => {
    expect(same({ a: 1, b: [1, { c: null }] }, { b: [1, { c: '' }], a: 1 })).toBe(true)
    expect(same([1], [1, 2])).toBe(false)
    expect(same(false, null)).toBe(false)
  })
})

describe('news', () => {
  it('tells new and changed rows from old ones', () => {
    expect(changedIds([row('1'), row('2')], [row('3'), row('1'), row('2', 2)])).toEqual(['3', '2'])
    expect(unseen([row('3'), row('1')], new Set(['1']))).toEqual(['3'])
  })
  it('waits longer each time, never more than 38 seconds', () => {
    expect([0, 1, 2, 3].map((tries) => backoff(tries, 0.5))).toEqual([1, 2, 4, 8])
    expect(backoff(50, 1)).toBeLessThan(38)
  })
})

describe('columns', () => {
  const books = ledger({ columns: [{ field: 'a' }, { field: 'b', shown: false }, { field: 'c', fixed: true }] })
  it('are kept per account and ledger, and forgotten when they are the usual ones', () => {
    const store = new Map<string, string>()
    const shelf = {
      getItem: (key: string) => store.get(key) ?? null,
      setItem: (key: string, value: string) => void store.set(key, value),
      removeItem: (key: string) => void store.delete(key),
    }
    expect(readShown('7', books, shelf)).toEqual(['a', 'c'])
    keepShown('7', books, ['b'], shelf)
    expect(readShown('7', books, shelf)).toEqual(['b'])
    expect(readShown('8', books, shelf)).toEqual(['a', 'c'])
    keepShown('7', books, ['a', 'c'], shelf)
    expect(store.size).toBe(0)
  })
  it('survive columns that are gone and fixed ones stand first', () => {
    expect(readShown('7', books, { getItem: () => '["gone"]' })).toEqual(['a', 'c'])
    expect(drawn(books, ['a', 'c']).map((one) => one.field)).toEqual(['c', 'a'])
  })
})

describe('actions', () => {
  const waiting = { state: ['waiting'] }
  const desk = ledger({
    actions: [
      action('label', { where: 'bulk', tone: 'primary' }),
      action('approve', { where: 'bulk', tone: 'primary', when: waiting }),
      action('refuse', { where: 'bulk', tone: 'danger', when: waiting }),
      action('stop', { tone: 'danger', when: { state: ['in_use'] } }),
      action('unlock', { when: { locked: ['true'] } }),
    ],
  })
  const inline = (can: string[], tone: Row['tone'] = 'plain') =>
    inlineActions(desk, { ...row('1', 1, can), tone }).map((one) => one.name)
  it('stand in the row only when its state asks for them', () => {
    expect(inline(['label', 'approve', 'refuse'])).toEqual(['approve', 'refuse'])
    expect(inline(['label', 'stop'])).toEqual([])
    expect(inline(['label', 'stop'], 'bad')).toEqual([])
    expect(inline(['unlock'], 'bad')).toEqual(['unlock'])
    expect(inline(['unlock'])).toEqual([])
  })
  it('count the rows that they fit', () => {
    const [, approve] = bulkActions(desk, [row('1', 1, ['approve']), row('2')])
    expect(approve!.ids).toEqual(['1'])
  })
})

it('gives a whole group of rights and keeps the scopes that were set', () => {
  const rights: Rights = {
    items: [
      { name: 'a.read', title: '看', group: '甲' },
      { name: 'b.read', title: '看', group: '乙' },
      { name: 'a.edit', title: '改', group: '甲' },
    ],
    scopes: [],
  }
  const [first] = groupRights(rights)
  expect(first!.items.map((one) => one.name)).toEqual(['a.read', 'a.edit'])
  const all = setGroup(
    [
      { right: 'a.read', scope: 'self' },
      { right: 'b.read', scope: 'group' },
    ],
    first!,
    true,
    'company',
  )
  expect(all).toEqual(
    expect.arrayContaining([
      { right: 'a.read', scope: 'self' },
      { right: 'a.edit', scope: 'company' },
      { right: 'b.read', scope: 'group' },
    ]),
  )
  expect(setGroup(all, first!, false, 'company')).toEqual([{ right: 'b.read', scope: 'group' }])
})

it('ticks off the password rules', () => {
  const met = (password: string) => RULES.map((rule) => rule.met(password, '13800000001'))
  expect(met('abc')).toEqual([false, false, true])
  expect(met('Anquan2026')).toEqual([true, true, true])
  expect(met('A13800000001b')).toEqual([true, true, false])
  expect(met('')).toEqual([false, false, false])
})

describe('use of the console', () => {
  const minute = 60_000
  it('is about to end a minute before the time is over, and not without a time', () => {
    expect(standing(30, 0, 28 * minute).state).toBe('fine')
    expect(standing(30, 0, 29 * minute + 1000)).toEqual({ state: 'ending', left: 59 })
    expect(standing(30, 0, 30 * minute).state).toBe('over')
    expect(standing(0, 0, 600 * minute).state).toBe('fine')
  })
  it('is not what the page asks by itself', () => {
    const now = Date.now()
    noteUse(now)
    expect(asksByItself(now + minute)).toBe(false)
    expect(asksByItself(now + minute + 1)).toBe(true)
  })
  it('is told to the server once a minute, where no request tells it anyway', () => {
    const now = Date.now() + 10 * minute
    expect([noteUse(now), noteUse(now + 1000), noteUse(now + minute)]).toEqual([true, false, true])
    expect(asksByItself(now + minute)).toBe(false)
    expect(noteUse(now + 2 * minute - 1)).toBe(false)
  })
})

describe('passwords', () => {
  it('are told to be weak, middling or strong', () => {
    const words = ['abc', 'Abcd1234', 'Anquan-26', 'Long#enough-81', 'aaaaaaaaaaaa', 'correct Horse-battery 9'].map(
      (text) => strength(text).tone,
    )
    expect(words).toEqual(['bad', 'bad', 'warn', 'good', 'bad', 'good'])
  })
})

it('asks before another page or the back button takes a half-filled form along, and not when the session is over', () => {
  const at = (path: string, name = 'ledger') => ({ path, name })
  expect(leaves(at('/tasks', 'tasks'), at('/ledgers/hazards'), false)).toBe(true)
  expect(leaves(at('/ledgers/hazards'), at('/ledgers/hazards'), true)).toBe(true) // back over a filter
  expect(leaves(at('/ledgers/hazards'), at('/ledgers/hazards'), false)).toBe(false) // the list looks again beneath
  expect(leaves(at('/sign-in', 'sign-in'), at('/ledgers/hazards'), false)).toBe(false)
})
