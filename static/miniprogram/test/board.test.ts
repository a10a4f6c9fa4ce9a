/** What a board shows first on a phone, and what I sent on its way as rows of 待办. */
import { describe, expect, it } from 'vitest'
import { arranged, headline } from '../src/logic/duty/board'
import { pageOf, rowOfStarted, sayState } from '../src/logic/tasks/tasks'
import type { Tile } from '../src/services/doors/board'
import type { StartedCase } from '../src/services/shapes/tasks'

const number = (value: number | null, tone = 'plain', of: number | null = null) => ({
  title: '',
  value,
  of,
  unit: '人',
  tone,
  text: '',
  leads: null,
})
const tile = (name: string, over: Partial<Tile> = {}): Tile => ({
  name,
  title: name,
  kind: 'numbers',
  help: '',
  cut: '',
  numbers: [],
  bars: [],
  rows: [],
  ...over,
})

describe('a board on a phone', () => {
  it('begins with what is wrong, then with what soon will be, and folds the rest', () => {
    const tiles = [
      tile('calm', { numbers: [number(12)] }),
      tile('soon', { numbers: [number(3, 'warn')] }),
      tile('none-wrong', { numbers: [number(0, 'bad')] }),
      tile('wrong', { numbers: [number(5), number(2, 'bad')] }),
      tile('late', { kind: 'split', bars: [{ label: '一般', value: 4, late: 1, leads: null }] }),
      tile('days', { kind: 'chart', bars: [{ label: '2026-11-29', value: 80, late: 2, leads: null }] }),
    ]
    const { now, rest } = arranged(tiles)
    expect(now.map(({ name }) => name)).toEqual(['wrong', 'late', 'soon'])
    expect(rest.map(({ name }) => name)).toEqual(['calm', 'none-wrong', 'days'])
  })

  it('says what is folded in one line', () => {
    expect(headline(tile('a', { numbers: [number(1200, 'plain', 1500)] }))).toBe('1,200 / 1,500 人')
    expect(headline(tile('b', { numbers: [number(null)] }))).toBe('—')
    const rows = [{ label: 'x', note: '', ledger: '', row: '' }]
    expect(headline(tile('c', { kind: 'list', rows }))).toBe('1 条')
  })
})

describe('what I started', () => {
  const one = {
    id: '9',
    title: '电缆裸露',
    number: 'YH1',
    subject: { kind: 'hazard', id: '3', title: '电缆裸露' },
    state: 'running',
    state_text: '办理中',
    step: '整改',
    stranded: false,
    started_at: '2026-11-29T08:00:00+08:00',
    ended_at: null,
    due_at: null,
    late: false,
    picture: null,
    place: '泵房',
  } as unknown as StartedCase

  it('says where it stands, and leads to its flow', () => {
    const row = rowOfStarted(one)
    expect(sayState(row, '2026-11-30')).toBe('整改 · 办理中')
    expect(pageOf(row, [])).toBe('/pages/tasks/case?id=9')
  })

  it('says so where nobody can do it', () => {
    expect(sayState(rowOfStarted({ ...one, stranded: true }), '2026-11-30')).toContain('没有人能办')
  })
})
