import { describe, expect, it } from 'vitest'
import { monthAway, sayDate, sayMonth, weeks } from '@/lib/months'
import { short } from '@/lib/ledger/views'

describe('a month as a sheet', () => {
  const november = Array.from({ length: 30 }, (_, at) => ({ day: `2026-11-${String(at + 1).padStart(2, '0')}` }))
  it('begins on Monday, and says nothing of other months', () => {
    const sheet = weeks(november)
    expect(sheet).toHaveLength(6)
    expect(sheet.every((week) => week.length === 7)).toBe(true)
    expect(sheet[0]!.filter(Boolean)).toEqual([{ day: '2026-11-01' }])
    expect(sheet[5]![0]).toEqual({ day: '2026-11-30' })
    expect(weeks([])).toEqual([])
  })
  it('turns over the year', () => {
    expect([monthAway('2026-01', -1), monthAway('2026-12', 1), monthAway('2026-11', -14)]).toEqual([
      '2025-12',
      '2027-01',
      '2025-09',
    ])
    expect([sayMonth('2026-02'), sayDate('2026-11-30')]).toEqual(['2026年2月', '11月30日 周一'])
    expect([short('其中补传'), short('上岗人次')]).toEqual(['补传', '上岗人次'])
  })
})
