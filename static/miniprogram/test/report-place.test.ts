import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  blankDraft,
  bodyOf,
  changes,
  isTouched,
  keptDraft,
  lacks,
  pathOf,
  withMachine,
  type Changeable,
} from '../src/logic/accidents/draft'
import { factsOf } from '../src/logic/accidents/accident'
import type { Accident } from '../src/services/shapes/door'

const GRID = { id: '9', name: '一厂 · 罐区' }
const body = (over = {}) => bodyOf({ ...blankDraft(0), what: '着火', ...over }, '1', () => 'now')

describe('a place of the grid in the flash report', () => {
  it('is where enough, is kept and is sent with its path', () => {
    expect(lacks({ ...blankDraft(0), what: '着火', grid: GRID })).toEqual([])
    expect(isTouched({ ...blankDraft(0), grid: GRID })).toBe(true)
    expect(body({ grid: GRID })).toMatchObject({ grid: '9', place: '一厂 · 罐区' })
    expect(body({ grid: GRID, place: ' 2 号罐 ' })).toMatchObject({ grid: '9', place: '2 号罐' })
    expect(body({ place: '路口' })).toMatchObject({ grid: null, place: '路口' })
  })

  it('is missing in a draft that an older client kept', () => {
    expect(keptDraft({ what: '着火' }, 0).grid).toBeNull()
  })

  it('loses names from the top where the path is too long', () => {
    const names = ['甲', '乙', '丙'].map((name) => name.repeat(60))
    expect(pathOf({ id: '1', name: names.join(' · ') })).toBe(names[2])
    expect(pathOf(GRID)).toBe('一厂 · 罐区')
  })

  it('is said once where the site is part of it', () => {
    const accident = {
      place: '一厂 · 罐区',
      site: { id: '2', name: '一厂' },
      happened_at: '2026-11-25T08:00:00+08:00',
    } as Accident
    expect(factsOf(accident, '2026-11-25')[0].value).toBe('一厂 · 罐区')
    expect(factsOf({ ...accident, place: '路口' }, '2026-11-25')[0].value).toBe('一厂 · 路口')
  })
})

describe('a refused report with a place of the grid', () => {
  const kept = new Map<string, unknown>()
  beforeEach(() => {
    kept.clear()
    vi.stubGlobal('uni', {
      getStorageSync: (key: string) => kept.get(key) ?? '',
      setStorageSync: (key: string, value: unknown) => kept.set(key, value),
      removeStorageSync: (key: string) => kept.delete(key),
    })
  })

  it('goes back into the form whole', async () => {
    const { draft, restore } = await import('../src/state/report')
    const report = { body: body({ grid: GRID }), photos: [], grid: GRID } as unknown as Parameters<typeof restore>[0]
    restore(report)
    expect([draft.grid, draft.place]).toEqual([GRID, ''])
    restore({ ...report, body: body({ grid: GRID, place: '2 号罐' }) })
    expect([draft.grid, draft.place]).toEqual([GRID, '2 号罐'])
    restore({ ...report, body: body({ equipment: FORKLIFT, situations: ['fell'] }), equipment: FORKLIFT })
    expect([draft.equipment, draft.situations, draft.label]).toEqual([FORKLIFT, ['fell'], ''])
  })
})

const FORKLIFT = {
  id: '5',
  name: '3号叉车',
  type: '叉车',
  type_code: '5110',
  number: null,
  location: '加药间',
  node: { id: '9', name: '罐区', where: '一厂 · 罐区' },
}
const SITUATIONS = [
  { value: 'overturn', title: '起重机械整体倾覆', level: '较大', types: ['4'] },
  { value: 'fell', title: '坠落', level: '一般', types: [] },
]

describe('the equipment that an accident is about', () => {
  it('says where it stands to who said nothing of that, and takes back what can not happen to it', () => {
    const draft = { ...blankDraft(0), what: '撞人', situations: ['overturn', 'fell'] }
    expect(withMachine(draft, FORKLIFT, SITUATIONS)).toEqual({
      equipment: FORKLIFT,
      situations: ['fell'],
      grid: GRID,
      place: '加药间 3号叉车',
    })
    expect(withMachine({ ...draft, place: '路口' }, FORKLIFT)).toEqual({
      equipment: FORKLIFT,
      situations: ['overturn', 'fell'],
    })
    expect(withMachine(draft, null, SITUATIONS)).toEqual({ equipment: null, situations: ['overturn', 'fell'] })
  })

  it('is sent by its id, or by the label that nobody could look up yet', () => {
    expect(isTouched({ ...blankDraft(0), equipment: FORKLIFT })).toBe(true)
    expect(body({ equipment: FORKLIFT, place: '路口' })).toMatchObject({ equipment: '5', label: null })
    const scanned = body({ label: 'http://x/e/7K3QM9XW2A', lng: 120.1, lat: 30.2 })
    expect(scanned, 'the server knows where the label is').toMatchObject({
      equipment: null,
      place: '',
      label: 'http://x/e/7K3QM9XW2A',
    })
  })

  it('can be named in a later report, and let go', () => {
    const before = { equipment: null } as unknown as Changeable
    expect(changes(before, { ...before, equipment: { id: '5', name: '3号叉车' } })).toEqual({ equipment: '5' })
    expect(changes({ ...before, equipment: { id: '5', name: '3号叉车' } }, before)).toEqual({ equipment: null })
  })
})
