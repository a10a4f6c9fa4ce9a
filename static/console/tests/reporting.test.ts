import { describe, expect, it } from 'vitest'
import type { Accident } from '@/api/accidents/accident-types'
import type { ReportOptions } from '@/api/accidents/reporting'
import {
  blankDraft,
  bodyOf,
  gradeOf,
  gradeSentence,
  isTouched,
  keepDraft,
  leftOut,
  presetSentence,
  readDraft,
} from '@/lib/accidents/reporting'

const GRADES = [
  { level: '一般', deaths: 0, serious_injuries: 0, direct_loss_wan: 0 },
  { level: '较大', deaths: 3, serious_injuries: 10, direct_loss_wan: 1000 },
  { level: '重大', deaths: 10, serious_injuries: 50, direct_loss_wan: 5000 },
]
const OPTIONS = {
  grades: GRADES,
  ways: [
    { value: 'system', title: '系统消息' },
    { value: 'sms', title: '短信' },
  ],
} as ReportOptions

function box() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
    kept,
  }
}

describe('a flash report being filled in', () => {
  it('sends null for what nobody knows, and 0 where somebody said 0', () => {
    const draft = blankDraft({ id: '7', label: '江澜' }, '2026-11-25T08:00:00+08:00')
    Object.assign(draft.values, { what: ' 着火 ', place: '罐区', deaths: 0, position: { lng: 120.1, lat: null } })
    const body = bodyOf(draft)
    expect([body.company, body.what, body.deaths, body.serious_injuries, body.lng, body.lat, body.receivers]).toEqual([
      '7',
      '着火',
      0,
      null,
      120.1,
      null,
      null,
    ])
    draft.chosen = { persons: [{ id: '3', name: '甲' }], groups: ['1'], ways: ['sms'] }
    expect(bodyOf(draft).receivers).toEqual({ persons: ['3'], groups: ['1'], ways: ['sms'] })
  })

  it('sends what is asked to come, and the equipment it is about', () => {
    const draft = blankDraft(null, 'now')
    expect([bodyOf(draft).needs, bodyOf(draft).equipment, bodyOf(draft).situations]).toEqual([null, null, null])
    for (const [name, value] of Object.entries({
      needs: ' 吊车 ',
      equipment: { id: '5', label: '3号叉车' },
      situations: ['crane_overturn'],
    })) {
      const other = blankDraft(null, 'now')
      other.values[name] = draft.values[name] = value
      expect(isTouched(other), name).toBe(true)
    }
    const body = bodyOf(draft)
    expect([body.needs, body.equipment, body.situations]).toEqual(['吊车', '5', ['crane_overturn']])
    const there = {
      what: '',
      place: '',
      needs: '吊车',
      equipment: { id: '5', name: '3号叉车' },
      situations: ['crane_overturn'],
    } as Accident
    expect(leftOut(body, there)).toEqual([])
    expect(leftOut(body, { ...there, needs: null, equipment: null })).toEqual(['涉及的特种设备', '现场需要'])
  })

  it('takes the class from the highest figure; what is unknown can only raise it', () => {
    expect(gradeOf({}, OPTIONS)).toEqual({ level: '一般', provisional: true })
    expect(gradeOf({ deaths: 0, serious_injuries: 12, direct_loss_wan: 0 }, OPTIONS)).toEqual({
      level: '较大',
      provisional: false,
    })
    expect(gradeOf({ deaths: 0, serious_injuries: 12, direct_loss_wan: 0, missing: 1 }, OPTIONS).provisional).toBe(true)
    expect(gradeSentence({ level: '重大', provisional: true })).toContain('下界初判')
  })

  it('says whom a preset tells', () => {
    expect(
      presetSentence({ level: '一般', name: '默认', ways: ['system', 'sms'], persons: 3, groups: 1 }, OPTIONS),
    ).toBe('3 人、1 个群 · 系统消息、短信')
    expect(presetSentence({ level: '一般', name: '只发群', ways: [], persons: 0, groups: 2 }, OPTIONS)).toBe(
      '2 个群 · ',
    )
  })

  it('is kept for its account with its key, and forgotten when it is gone', () => {
    const store = box()
    const draft = blankDraft(null, 'now')
    keepDraft('1', draft, store)
    expect(readDraft('1', store), 'nothing was filled in').toBeNull()
    draft.values.what = '着火'
    expect(isTouched(draft)).toBe(true)
    keepDraft('1', draft, store)
    expect(readDraft('1', store)).toEqual(draft)
    expect(readDraft('2', store), 'another account').toBeNull()
    store.kept.set('anban.report.1', '{broken')
    expect(readDraft('1', store)).toBeNull()
    keepDraft('1', null, store)
    expect(store.kept.size).toBe(0)
    expect(blankDraft(null, 'now').key).not.toBe(draft.key)
  })

  it('says what of the form the report that is there does not have', () => {
    const draft = blankDraft(null, 'now')
    Object.assign(draft.values, { what: '着火', place: '罐区', deaths: 1 })
    const there = { what: '着火', place: '罐区', deaths: null, direct_loss_wan: null } as Accident
    expect(leftOut(bodyOf(draft), there)).toEqual(['死亡'])
    expect(leftOut(bodyOf(draft), { ...there, deaths: 1 })).toEqual([])
  })

  it('names the chosen place of the grid, whose path the server puts before what was typed', () => {
    const draft = blankDraft(null, 'now')
    draft.values.grid = { id: '9', label: '罐区' }
    expect(isTouched(draft)).toBe(true)
    Object.assign(draft.values, { what: '着火', place: '2 号罐' })
    const there = { what: '着火', place: '一厂 · 罐区 · 2 号罐', grid: { id: '9', name: '罐区' } } as Accident
    expect(bodyOf(draft).grid).toBe('9')
    expect(leftOut(bodyOf(draft), there)).toEqual([])
    expect(leftOut(bodyOf(draft), { ...there, grid: null, place: '别处' })).toEqual(['网格', '地点'])
  })
})
