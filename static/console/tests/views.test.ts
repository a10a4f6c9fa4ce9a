import { describe, expect, it } from 'vitest'
import type { Statistic } from '@/api/ledger/views'
import { addressOf, rowsOf, shown, together } from '@/lib/ledger/views'

const VIEW = { ledger: 'hazards', base: { state: ['closed', 'reported'], found: { from: '2026-11-01' } } } as unknown
const measure = { name: 'closed', title: '已闭环', rate: false, drawn: true, filters: { state: ['closed'] } }

describe('filters put together', () => {
  it('leave what all of them leave', () => {
    expect(together({ a: ['1', '2'] }, { a: ['2', '3'], b: [] }, { b: ['x'] })).toEqual({ a: ['2'], b: ['x'] })
    expect(together({ a: ['1'] }, { a: ['2'] })).toBeNull()
    expect(together({ d: { from: '2026-01-01', to: '2026-03-01' } }, { d: { from: '2026-02-01' } })).toEqual({
      d: { from: '2026-02-01', to: '2026-03-01' },
    })
    expect(addressOf({ a: ['1'], d: { to: '2026-03-01' } }, '吊')).toEqual({
      q: '吊',
      'f.a': ['1'],
      'f.d.to': '2026-03-01',
    })
  })
  it('lead from a number to its rows, and from none to nowhere', () => {
    const view = VIEW as Statistic
    expect(rowsOf(view, measure, null, 3)?.query).toEqual({ 'f.state': ['closed'], 'f.found.from': '2026-11-01' })
    expect(rowsOf(view, measure, { label: '', filters: { state: ['reported'] }, numbers: [] }, 1)).toBeNull()
    expect(rowsOf(view, measure, null, 0)).toBeNull()
    expect(rowsOf(view, { ...measure, rate: true }, null, 3)).toBeNull()
    expect([shown(measure, 1234), shown({ ...measure, rate: true }, 66.7), shown(measure, null)]).toEqual([
      '1,234',
      '66.7%',
      '—',
    ])
  })
})
