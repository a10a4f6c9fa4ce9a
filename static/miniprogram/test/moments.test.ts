import { describe, expect, it } from 'vitest'
import { chinaDay } from '../src/logic/moments'

describe('which day it is', () => {
  it.each([
    ['2026-11-30T15:59:59.999Z', '2026-11-30'],
    ['2026-11-30T16:00:00.000Z', '2026-12-01'],
    ['2026-12-31T23:30:00.000Z', '2027-01-01'],
    ['2026-12-01T00:30:00+08:00', '2026-12-01'],
    ['2026-11-30T23:30:00-08:00', '2026-12-01'],
  ])('is asked of the server’s zone and not of the phone’s: %s', (moment, day) => {
    expect(chinaDay(Date.parse(moment))).toBe(day)
  })
})
