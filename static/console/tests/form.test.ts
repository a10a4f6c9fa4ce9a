import { describe, expect, it } from 'vitest'
import type { Field, FieldKind, Row } from '@/api/types'
import {
  changedValues,
  checkAll,
  checkField,
  clashes,
  isAsked,
  isChanged,
  startValues,
  wireValue,
} from '@/lib/ledger/form'

const field = (name: string, kind: FieldKind, more: Partial<Field> = {}): Field => ({
  name,
  title: name,
  kind,
  ...more,
})
const row = (values: Row['values'], version = 1): Row => ({ id: '1', label: '一', version, values, can: [] })

describe('checkField', () => {
  it('asks for what is required, with the right verb', () => {
    expect(checkField(field('姓名', 'text', { required: true }), '  ', false)).toBe('请填写姓名。')
    expect(checkField(field('单位', 'reference', { required: true }), null, false)).toBe('请选择单位。')
    expect(checkField(field('允许', 'flag', { required: true }), null, false)).toBe('')
  })
  it('lets a hidden value stay as it is when editing, but not when new', () => {
    const number = field('号', 'personal_id', { required: true })
    expect(checkField(number, null, true)).toBe('')
    expect(checkField(number, null, false)).toBe('请填写号。')
  })
  it('counts characters, not code units', () => {
    expect(checkField(field('名', 'text', { max: 2 }), '𠮷𠮷', false)).toBe('')
    expect(checkField(field('名', 'text', { max: 2 }), '三个字', false)).toBe('名最多 2 个字，现在有 3 个。')
  })
  it('keeps numbers in their bounds', () => {
    const load = field('载荷', 'number', { min: 0, max: 5, unit: '吨' })
    expect([checkField(load, -1, false), checkField(load, 6, false), checkField(load, 0, false)]).toEqual([
      '载荷不能小于 0 吨。',
      '载荷不能大于 5 吨。',
      '',
    ])
    expect(checkField(field('数', 'integer'), 1.5, false)).toBe('数要填整数。')
  })
  it('matches the whole text, and survives a pattern that it cannot read', () => {
    const phone = field('电话', 'phone', { pattern: '1\\d{10}', help: '11 位手机号。' })
    expect(checkField(phone, '13800000000', false)).toBe('')
    expect(checkField(phone, 'x13800000000', false)).toBe('电话的格式不对。11 位手机号。')
    expect(checkField(field('x', 'text', { pattern: '(' }), 'abc', false)).toBe('')
  })
  it('wants both halves of a place', () => {
    const place = field('坐标', 'place')
    expect(checkField(place, { lng: 120, lat: null }, false)).toBe('经度和纬度要一起填。')
    expect(checkField(place, { lng: 120, lat: 91 }, false)).toBe('纬度在 -90 到 90 之间。')
    expect(checkField(place, { lng: null, lat: null }, false)).toBe('')
  })
})

describe('what is sent', () => {
  const fields = [
    field('name', 'text'),
    field('code', 'text', { create_only: true }),
    field('unit', 'reference'),
    field('id_no', 'personal_id'),
    field('late', 'flag'),
    field('seen', 'moment', { readonly: true }),
  ]
  const stored = row({
    name: '王伟',
    code: 'A1',
    unit: { id: '7', label: '一厂' },
    id_no: '330***',
    late: true,
    seen: '2026-11-22T08:00:00+08:00',
  })

  it('is only what changed, references by id, hidden values only if typed', () => {
    const start = startValues(fields, stored)
    expect(start.id_no).toBeNull()
    expect(changedValues(fields, start, { ...start }, true)).toEqual({})
    expect(
      changedValues(
        fields,
        start,
        { ...start, name: ' 王芳 ', unit: { id: '8', label: '二厂' }, late: false, code: 'B2' },
        true,
      ),
    ).toEqual({ name: '王芳', unit: '8', late: false })
    expect(changedValues(fields, start, { ...start, unit: null, id_no: '1' }, true)).toEqual({ unit: null, id_no: '1' })
  })
  it('is everything filled in for a new row', () => {
    expect(changedValues(fields, {}, { name: '王伟', code: 'A1', unit: null, late: false }, false)).toEqual({
      name: '王伟',
      code: 'A1',
      late: false,
    })
  })
  it('turns lists of references into ids', () => {
    expect(
      wireValue(field('roles', 'references'), [
        { id: '1', label: 'a' },
        { id: '2', label: 'b' },
      ]),
    ).toEqual(['1', '2'])
  })
  it('names every wrong field at once', () => {
    expect(
      Object.keys(
        checkAll(
          [
            field('a', 'text', { required: true }),
            field('b', 'date', { required: true }),
            field('c', 'text', { required: true, readonly: true }),
          ],
          {},
          false,
        ),
      ),
    ).toEqual(['a', 'b'])
  })
})

it('shows what somebody else changed beside what I typed', () => {
  const fields = [field('place', 'text'), field('load', 'number'), field('name', 'text')]
  const found = clashes(
    fields,
    row({ place: '东门', load: 1, name: 'x' }),
    row({ place: '西门', load: 2, name: 'x' }, 2),
    { place: '北门', name: 'y' },
  )
  expect(found.map(({ field: { name }, mine, theirs, both }) => [name, mine, theirs, both])).toEqual([
    ['place', '北门', '西门', true],
    ['load', undefined, 2, false],
    ['name', 'y', 'x', false],
  ])
})

describe('a question beside a flag', () => {
  const fields = [
    field('开账号', 'flag'),
    field('初始密码', 'choice', { required: true, default: 'code', beside: '开账号' }),
  ]
  it('starts with its default, and is neither asked, checked nor sent while the flag says no', () => {
    const values = startValues(fields, null)
    expect(values['初始密码']).toBe('code')
    expect(isAsked(fields[1]!, values)).toBe(false)
    expect(changedValues(fields, {}, values, false)).toEqual({})
    expect(checkAll(fields, { 开账号: false, 初始密码: null }, false)).toEqual({})
  })
  it('is asked, checked and sent once it says yes', () => {
    const values = { ...startValues(fields, null), 开账号: true }
    expect(changedValues(fields, {}, values, false)).toEqual({ 开账号: true, 初始密码: 'code' })
    expect(checkAll(fields, { 开账号: true, 初始密码: null }, false)).toEqual({ 初始密码: '请选择初始密码。' })
  })
})

it('sends the photos of a new row by id, and reads nothing into how many a row has', () => {
  const photos = field('photos', 'photos', { create_only: true })
  const start = startValues([photos], null)
  expect(start.photos).toEqual([])
  expect(changedValues([photos], start, { photos: [{ id: '7', url: 'blob:x' }] }, false)).toEqual({ photos: ['7'] })
  expect(isChanged([photos], start, { photos: [{ id: '7', url: 'blob:x' }] }, false)).toBe(true)
  expect(isChanged([photos], start, start, false)).toBe(false)
  expect(wireValue(photos, '2 张')).toEqual([])
})

describe('a form with lines', () => {
  const steps = field('步骤', 'lines', {
    required: true,
    fields: [field('等', 'integer'), field('谁', 'choice', { default: 'self' })],
  })
  it('has the line that must be there, and nobody has written in it yet', () => {
    const start = startValues([steps], null)
    expect(start).toEqual({ 步骤: [{ 等: null, 谁: 'self' }] })
    expect(isChanged([steps], start, { ...start }, false)).toBe(false)
    expect(isChanged([steps], start, { 步骤: [{ 等: 2, 谁: 'self' }] }, false)).toBe(true)
    expect(startValues([{ ...steps, required: false }], null)).toEqual({ 步骤: [] })
  })
})

describe('a line that points at somebody', () => {
  it('is sent by ids, and is the same as what was loaded', () => {
    const who = field('who', 'reference', { to: 'persons' })
    const decisions = field('decisions', 'lines', { fields: [field('what', 'text'), who] })
    const there = [{ what: '更换软管', who: { id: '3', label: '王强' } }]
    expect(wireValue(decisions, there)).toEqual([{ what: '更换软管', who: '3' }])
    expect(isChanged([decisions], { decisions: there }, { decisions: structuredClone(there) }, true)).toBe(false)
  })
})
