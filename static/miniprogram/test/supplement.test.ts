/** A 续报 on the phone, and the class that the form works out: what is taken over, what stays, what clashes. */
import { describe, expect, it } from 'vitest'
import { blankDraft, changes, gradeOf, sayGrade, sayReceivers } from '../src/logic/draft'
import { begun, isWritten, rebased } from '../src/logic/supplementing'
import type { Accident, Options } from '../src/services/shapes'

const accident = (over = {}) =>
  ({ id: '1', version: 1, what: '撞车', place: '7号门', happened_at: '2026-11-22T08:00:00+08:00', category: null, deaths: null,
    serious_injuries: 1, minor_injuries: null, missing: null, direct_loss_wan: null, measures: null, ...over }) as Accident

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

const options = {
  ways: [], presets: [{ level: '一般', name: '', ways: [], persons: 8, groups: 0 }, { level: '较大', name: '', ways: [], persons: 50, groups: 0 }],
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
