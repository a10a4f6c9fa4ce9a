import { describe, expect, it } from 'vitest'
import type { Ledger, Row } from '@/api/types'
import { calledAt, noteOf } from '@/lib/ledger/related'

const LOG = {
  columns: ['day', 'scanned_at', 'person_name', 'equipment_name', 'code', 'left', 'late'].map((field) => ({ field })),
  fields: [
    { name: 'day', title: '日期', kind: 'date' },
    { name: 'scanned_at', title: '扫码时间', kind: 'moment' },
    { name: 'person_name', title: '姓名', kind: 'text' },
    { name: 'equipment_name', title: '设备', kind: 'text' },
    { name: 'code', title: '作业项目', kind: 'text' },
    { name: 'left', title: '剩余天数', kind: 'integer' },
    { name: 'late', title: '补传', kind: 'flag' },
  ],
} as unknown as Ledger
const row = (values: Record<string, unknown>) =>
  ({ id: '1', label: '唐家栋 · 1号桥式起重机', values }) as unknown as Row
const SCAN = {
  day: '2020-03-04',
  scanned_at: '2020-03-04T07:38:00+08:00',
  person_name: '唐家栋',
  equipment_name: '1号桥式起重机',
  code: 'Q2',
  late: false,
}

describe('what hangs on a row', () => {
  it('is called without the name that stands above', () => {
    expect(calledAt('唐家栋 · 1号桥式起重机', '唐家栋')).toBe('1号桥式起重机')
    expect(calledAt('唐家栋', '唐家栋')).toBe('唐家栋')
  })

  it('says what its name does not, each thing once', () => {
    expect(noteOf(LOG, row(SCAN), '唐家栋', 'person')).toBe('2020-03-04 07:38 · Q2')
    expect(noteOf(LOG, row({ ...SCAN, scanned_at: null, late: true }), '唐家栋', 'person')).toBe(
      '日期 2020-03-04 · Q2 · 补传',
    )
    expect(noteOf(LOG, row({ ...SCAN, left: 275 }), '唐家栋', 'person')).toBe('2020-03-04 07:38 · Q2 · 剩余天数 275')
    expect(noteOf(undefined, row(SCAN), '唐家栋', 'person')).toBe('')
  })
})
