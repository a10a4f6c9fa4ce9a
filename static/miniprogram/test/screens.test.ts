import { describe, expect, it } from 'vitest'
import { booked, refused, writtenDown } from '../src/logic/duty/outcome'
import { standing } from '../src/logic/duty/standing'
import { byDay } from '../src/logic/duty/days'
import { noAnswer, problemFromAnswer } from '../src/logic/problems'
import type { ClockIn, Today, Unit } from '../src/services/shapes/door'
import type { Scan } from '../src/logic/queue/queue'

const TODAY = '2026-11-22'
const record = {
  id: 'c1',
  day: TODAY,
  scanned_at: '2026-11-22T07:58:00+08:00',
  person: { id: 'p', name: '张建国' },
  equipment: { name: '3号叉车', location: '加药间' },
  certificate: { code: 'N1', project: '叉车司机', valid_until: '2028-05-31' },
  created: true,
} as ClockIn
const unit = { id: 'u1', name: '甬江水务', state: 'approved', current: true } as Unit
const view = (over: Partial<Today>): Today =>
  ({ day: TODAY, state: 'off', title: '', records: [], unit, ...over }) as Today

describe('after a scan the screen says', () => {
  it('who, what, with which paper, and when', () => {
    const said = booked(record, TODAY)
    expect(said).toMatchObject({ kind: 'good', mark: 'good', word: '已上岗' })
    expect(said.facts.map(({ value }) => value)).toEqual([
      '张建国',
      '3号叉车 · 加药间',
      'N1 叉车司机',
      '2028-05-31',
      '今天 07:58',
    ])
  })
  it('that it was done before, and when', () => {
    expect(booked({ ...record, created: false }, TODAY)).toMatchObject({
      kind: 'good',
      word: '今天已经上过岗',
      text: '07:58',
    })
    expect(booked({ ...record, created: false }, '2026-11-23').word).toBe('已经上过岗')
  })
  it('what is wrong, in the words of the server', () => {
    const details = { contact: { name: '李敏', phone: '13900001111' } }
    const error = { code: 'equipment_stopped', title: '设备已停用', cause: '停用了', advice: '先不要开', details }
    const said = refused(problemFromAnswer(409, { error }))
    expect(said).toMatchObject({ kind: 'bad', word: '设备已停用', text: '停用了。先不要开。' })
    expect(said.facts).toEqual([{ name: '找谁', value: '李敏 13900001111' }])
  })
  it('aloud what has to be read although all went well, and waits until it is', () => {
    const said = booked({ ...record, reminders: ['这台设备检验已过期 10 天'] }, TODAY)
    expect(said).toMatchObject({ kind: 'good', notes: ['这台设备检验已过期 10 天'], stay: 0 })
    expect(booked({ ...record, reminders: [] }, TODAY)).toMatchObject({ notes: [], stay: 8 })
  })
  it.each([
    ['no_operator_needed', { action: { kind: 'home', label: '知道了' } }, 'calm'],
    ['no_operator_needed', { action: { kind: 'call_officer', label: '联系安全管理员' } }, 'kept'],
    ['use_maintenance_scan', { action: { kind: 'home', label: '知道了' } }, 'calm'],
    [
      'equipment_other_unit',
      { action: { kind: 'switch_unit', label: '切换单位并上岗' }, unit: { id: '2', name: '港务' } },
      'kept',
    ],
    ['equipment_other_unit', { action: { kind: 'retry_scan', label: '扫本单位的设备' } }, 'bad'],
    ['certificate_expired', { action: { kind: 'certificates', label: '看我的证照' } }, 'bad'],
    ['inspection_overdue', { action: { kind: 'call_officer', label: '联系安全管理员' } }, 'bad'],
  ])('%s with %o as %s: red is for what is wrong', (code, details, kind) => {
    expect(refused(problemFromAnswer(409, { error: { code, title: '题', details } })).kind).toBe(kind)
  })
  it('that it is kept, once it has been tried', () => {
    const item = { qr: 'https://a.cn/e/7K3QM9XW2A', scannedAt: record.scanned_at, tries: 0, problem: null } as Scan
    expect(writtenDown(item, true, true, TODAY)).toMatchObject({ kind: 'busy', stay: 0 })
    const tried = { ...item, tries: 1, problem: noAnswer('timeout') }
    expect(writtenDown(tried, false, true, TODAY)).toMatchObject({ kind: 'kept', word: '已记下，联网后补传', width: 5 })
    expect(writtenDown(tried, true, true, TODAY).kind).toBe('kept')
  })
  it('not to leave the page when the phone could not keep it', () => {
    const item = { qr: 'x', scannedAt: record.scanned_at, tries: 1, problem: null } as Scan
    expect(writtenDown(item, false, false, TODAY)).toMatchObject({ stay: 0, text: expect.stringContaining('别关页面') })
  })
})

describe('home says', () => {
  it.each([
    ['on_duty', view({ state: 'on_duty', records: [record] }), unit, 0],
    ['off', view({}), unit, 0],
    ['kept', view({}), unit, 1],
    ['kept', null, unit, 1],
    ['no_unit', view({ state: 'no_unit', unit: null }), null, 0],
    ['no_unit', null, null, 0],
    ['waiting', view({ state: 'waiting' }), { ...unit, state: 'waiting' as const }, 0],
    ['unknown', null, unit, 0],
    ['unknown', view({ day: '2026-11-21', state: 'on_duty' }), unit, 0],
  ])('%s', (state, today, mine, waiting) => {
    expect(standing(today, mine, waiting, TODAY).state).toBe(state)
  })
  it('why an operator cannot, before they walk to the machine', () => {
    const hindrance = { blocking: true, title: '证书已过期', line: 'N1 叉车司机证 2026-10-01 到期' }
    expect(standing(view({ hindrance }), unit, 0, TODAY)).toMatchObject({
      state: 'off',
      tone: 'bad',
      title: '证书已过期',
    })
    const one = { ...hindrance, blocking: false }
    expect(standing(view({ hindrance: one, title: '今天还没上岗' }), unit, 0, TODAY)).toMatchObject({
      tone: 'plain',
      title: '今天还没上岗',
      line: one.line,
    })
  })
  it('the way to bind only where it helps', () => {
    expect(standing(null, null, 0, TODAY).bind).toBe(true)
    expect(standing(view({}), unit, 0, TODAY).bind).toBe(false)
  })
  it('when and with what', () => {
    expect(standing(view({ state: 'on_duty', records: [record, record] }), unit, 0, TODAY).line).toBe(
      '07:58 3号叉车 · 共 2 台',
    )
  })
})

it('groups the log by day in the order it came', () => {
  const other = { ...record, day: '2026-11-21' }
  expect(byDay([record, record, other]).map(({ day, items }) => [day, items.length])).toEqual([
    [TODAY, 2],
    ['2026-11-21', 1],
  ])
})
