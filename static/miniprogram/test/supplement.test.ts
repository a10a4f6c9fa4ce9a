/** A 续报 on the phone, and the class that the form works out: what is taken over, what stays, what clashes. */
import { describe, expect, it } from 'vitest'
import { blankDraft, changes, gradeOf, sayGrade, sayReceivers } from '../src/logic/accidents/draft'
import { begun, isWritten, placed, rebased, unplaced } from '../src/logic/accidents/supplementing'
import type { GridNode } from '../src/services/shapes/grid'
import type { Accident, Options } from '../src/services/shapes/door'

const accident = (over = {}) =>
  ({
    id: '1',
    version: 1,
    what: '撞车',
    place: '7号门',
    happened_at: '2026-11-22T08:00:00+08:00',
    category: null,
    deaths: null,
    serious_injuries: 1,
    minor_injuries: null,
    missing: null,
    direct_loss_wan: null,
    measures: null,
    ...over,
  }) as Accident

describe('a 续报', () => {
  it('is nothing until something is typed, and sends only what differs', () => {
    const writing = begun(accident(), 'update')
    expect(isWritten(writing)).toBe(false)
    writing.values.deaths = 0
    expect(isWritten(writing)).toBe(true)
    expect(changes(writing.base, writing.values)).toEqual({ deaths: 0 })
  })
  it('does not take back what somebody else has reported meanwhile', () => {
    const writing = begun(accident(), 'update')
    writing.values.measures = '已送医'
    const { writing: next, clashes } = rebased(writing, accident({ version: 2, deaths: 1 }))
    expect([next.version, next.values.deaths, next.values.measures]).toEqual([2, 1, '已送医'])
    expect(changes(next.base, next.values)).toEqual({ measures: '已送医' })
    expect(clashes).toEqual([])
  })
  it('says where both have typed something else, and keeps mine', () => {
    const writing = begun(accident(), 'update')
    writing.values.deaths = 2
    writing.values.serious_injuries = 3
    const { writing: next, clashes } = rebased(writing, accident({ version: 2, deaths: 1, serious_injuries: 3 }))
    expect(next.values.deaths).toBe(2)
    expect(clashes).toEqual(['死亡'])
  })
})

const tank: GridNode = {
  id: '9',
  name: '2号罐',
  parent: '8',
  level_title: '单元',
  where: '一厂 · 罐区 · 2号罐',
  site: { id: '3', name: '一厂' },
  lng: 121.5,
  lat: 29.75,
}
const pump: GridNode = {
  ...tank,
  id: '12',
  name: '泵房',
  where: '二厂 · 泵房',
  site: { id: '4', name: '二厂' },
  lng: null,
  lat: null,
}

describe('a place of the grid in a 续报 or 更正', () => {
  const from = (over = {}) => begun(accident({ grid: null, site: null, lng: null, lat: null, ...over }), 'correct')
  const pick = (writing: ReturnType<typeof from>, node: GridNode) =>
    Object.assign(writing.values, placed(writing, node))

  it('is what is known until another is picked', () => {
    const writing = from({ grid: { id: '9', name: '2号罐' } })
    expect([isWritten(writing), writing.values.grid?.name, changes(writing.base, writing.values)]).toEqual([
      false,
      '2号罐',
      {},
    ])
    Object.assign(writing.values, { grid: { id: '9', name: '一厂 · 罐区 · 2号罐' } })
    expect(isWritten(writing)).toBe(false)
  })
  it('goes before what was said, and takes its site and position along where none were known', () => {
    const writing = from()
    pick(writing, tank)
    expect(changes(writing.base, writing.values)).toEqual({
      grid: '9',
      site: '3',
      place: '一厂 · 罐区 · 2号罐 · 7号门',
      lng: 121.5,
      lat: 29.75,
    })
    pick(writing, pump)
    expect(changes(writing.base, writing.values)).toEqual({ grid: '12', site: '4', place: '二厂 · 泵房 · 7号门' })
    Object.assign(writing.values, unplaced(writing.base))
    expect(changes(writing.base, writing.values)).toEqual({ place: '二厂 · 泵房 · 7号门' })
  })
  it('leaves the position of who stood there', () => {
    const writing = from({ lng: 121.1, lat: 29.1 })
    pick(writing, tank)
    expect(changes(writing.base, writing.values)).toEqual({
      grid: '9',
      site: '3',
      place: '一厂 · 罐区 · 2号罐 · 7号门',
    })
  })
  it('that was wrong goes with its words, site and position', () => {
    const writing = from({
      grid: { id: '9', name: '2号罐' },
      site: { id: '3', name: '一厂' },
      place: '一厂 · 罐区 · 2号罐 · 罐顶',
      lng: 121.5,
      lat: 29.75,
    })
    pick(writing, pump)
    expect(changes(writing.base, writing.values)).toEqual({
      grid: '12',
      site: '4',
      place: '二厂 · 泵房',
      lng: null,
      lat: null,
    })
    Object.assign(writing.values, unplaced(writing.base))
    expect(changes(writing.base, writing.values)).toEqual({ grid: null, place: '二厂 · 泵房' })
  })
  it('that somebody else has put otherwise meanwhile is said', () => {
    const writing = from()
    pick(writing, tank)
    const { writing: next, clashes } = rebased(writing, accident({ version: 2, grid: { id: '12', name: '泵房' } }))
    expect([next.values.grid?.id, clashes]).toEqual(['9', ['网格']])
    expect(rebased(writing, accident({ version: 2, grid: { id: '9', name: '2号罐' } })).clashes).toEqual([])
  })
  it('is not there in what an older client kept', () => {
    const { grid, site, lng, lat, ...old } = from().values
    expect([grid, site, lng, lat]).toEqual([null, null, null, null])
    const kept = { ...from(), base: old, values: { ...old } } as ReturnType<typeof from>
    expect([isWritten(kept), changes(kept.base, kept.values)]).toEqual([false, {}])
  })
})

const options = {
  ways: [],
  presets: [
    { level: '一般', name: '', ways: [], persons: 8, groups: 0 },
    { level: '较大', name: '', ways: [], persons: 50, groups: 0 },
  ],
  grades: [
    { level: '一般', deaths: 0, serious_injuries: 0, direct_loss_wan: 0 },
    { level: '较大', deaths: 3, serious_injuries: 10, direct_loss_wan: 1000 },
    { level: '重大', deaths: 10, serious_injuries: 50, direct_loss_wan: 5000 },
  ],
} as unknown as Options

describe('the class', () => {
  const graded = (over = {}) => gradeOf({ ...blankDraft(0), ...over }, options)
  it.each([
    [{}, '一般', true],
    [{ deaths: 1 }, '一般', true],
    [{ deaths: 3 }, '较大', true],
    [{ deaths: 0, serious_injuries: 0, loss: '0' }, '一般', false],
    [{ deaths: 0, serious_injuries: 0, loss: '0', missing: 1 }, '一般', true],
    [{ loss: '5000' }, '重大', true],
    [{ deaths: 2, serious_injuries: 10, loss: '999.99' }, '较大', false],
  ])('of %o is %s', (over, level, provisional) => expect(graded(over)).toEqual({ level, provisional }))
  it('is said to be the least it can be, and chooses the preset', () => {
    expect(sayGrade(graded({ deaths: 3 }))).toContain('至少是较大事故（下界初判）')
    expect(sayReceivers({ ...blankDraft(0), deaths: 3 }, options)).toContain('50 人')
    expect(sayGrade(gradeOf(blankDraft(0), null))).toBe('')
  })
})
