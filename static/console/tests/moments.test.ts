import { beforeEach, describe, expect, it } from 'vitest'
import { clock, learn, showFull, showMoment, showWait, toMoment, toPicker, today, typedDay } from '@/lib/moments'

const NOW = Date.parse('2026-11-22T08:30:00+08:00')

beforeEach(() => Object.assign(clock, { skew: 0, offset: '+08:00' }))

describe('showMoment', () => {
  it('says today, yesterday, then the full day', () => {
    expect(showMoment('2026-11-22T08:02:11+08:00', NOW)).toBe('今天 08:02')
    expect(showMoment('2026-11-21T17:30:00+08:00', NOW)).toBe('昨天 17:30')
    expect(showMoment('2026-11-20T17:30:00+08:00', NOW)).toBe('2026-11-20 17:30')
  })
  it('decides the day by the offset of the moment, not by that of the browser', () => {
    const early = Date.parse('2026-11-22T00:10:00+08:00')
    expect(showMoment('2026-11-21T23:50:00+08:00', early)).toBe('昨天 23:50')
    expect(showMoment('2026-11-22T00:05:00+08:00', early)).toBe('今天 00:05')
  })
  it('goes by the clock of the server', () => {
    learn('2026-11-23T08:30:00+08:00', NOW)
    expect(showMoment('2026-11-22T08:02:11+08:00', NOW)).toBe('昨天 08:02')
    expect(today(0, NOW)).toBe('2026-11-23')
  })
  it('leaves what is no moment as it is', () => {
    expect(showMoment('明天', NOW)).toBe('明天')
    expect(showMoment(null, NOW)).toBe('')
  })
})

describe('pickers', () => {
  it('go there and back', () => {
    expect(toMoment('2026-11-22 08:02:00')).toBe('2026-11-22T08:02:00+08:00')
    expect(toPicker('2026-11-22T08:02:00+08:00')).toBe('2026-11-22 08:02:00')
    expect(showFull('2026-11-22T08:02:11.123+08:00')).toBe('2026-11-22 08:02:11')
  })
})

it('says how long to wait', () => {
  expect(showWait(3.2)).toBe('4 秒')
  expect(showWait(75)).toBe('1 分 15 秒')
  expect(showWait(120)).toBe('2 分钟')
  expect(showWait(3700)).toBe('1 小时 1 分')
})

describe('typedDay', () => {
  it.each(['2029-06-30', '2029-6-30', '2029/6/30', '2029.06.30', '20290630', '2029年6月30日', '２０２９-06-30 '])(
    'reads %s',
    (text) => {
      expect(typedDay(text)).toBe('2029-06-30')
    },
  )
  it.each(['', '2029-02-30', '29-6-30', '6/30/2029', '2029-06', '明天', '202906301'])('refuses %s', (text) => {
    expect(typedDay(text)).toBe('')
  })
})
