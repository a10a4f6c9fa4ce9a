import { describe, expect, it } from 'vitest'
import { monthGrid, monthRange, sayMonth, shiftMonth } from '../src/logic/duty/calendar'
import { codeInLink, labelCode, labelLink, printed, readTyped, shortQr } from '../src/logic/duty/codes'
import { dialable, query, wayBack } from '../src/logic/links'
import {
  clockOffset,
  clockWarning,
  daysBetween,
  isoLocal,
  joined,
  parted,
  sayMoment,
  sayWait,
  shiftDay,
  soonOf,
  wall,
  weekday,
} from '../src/logic/moments'
import { runsOut } from '../src/logic/duty/papers'
import { passwordRules, strength } from '../src/logic/passwords'
import { explain, isFinal, problemFromAnswer, wayOutOf } from '../src/logic/problems'
import type { Item } from '../src/logic/queue/queue'
import { sayHeld } from '../src/logic/queue/waiting'

describe('moments', () => {
  it('shows the wall-clock of the server, whatever the zone of the phone', () => {
    expect(wall('2026-11-22T07:58:11+08:00')).toEqual({ day: '2026-11-22', time: '07:58' })
    expect(wall('nonsense')).toBeNull()
  })
  it('says today, yesterday, else the day', () => {
    expect(sayMoment('2026-11-22T08:02:00+08:00', '2026-11-22')).toBe('今天 08:02')
    expect(sayMoment('2026-11-21T17:30:00+08:00', '2026-11-22')).toBe('昨天 17:30')
    expect(sayMoment('2026-11-20T08:02:00+08:00', '2026-11-22')).toBe('2026-11-20 08:02')
    expect(sayMoment(null, '2026-11-22')).toBe('')
  })
  it('writes a moment with offset that is the same moment', () => {
    const now = Date.UTC(2026, 10, 22, 0, 2, 11)
    expect(isoLocal(now)).toMatch(/T\d\d:\d\d:11[+-]\d\d:\d\d$/)
    expect(Date.parse(isoLocal(now))).toBe(now)
  })
  it('offers this evening as a deadline only while it is ahead', () => {
    const words = (hour: number) => soonOf(new Date(2026, 10, 25, hour)).map(([word]) => word)
    expect(words(17)[0]).toBe('今天 18:00')
    expect(words(18)).toEqual(['明天', '3 天', '7 天'])
  })
  it('walks over months', () => {
    expect(shiftDay('2026-03-01', -1)).toBe('2026-02-28')
    expect(daysBetween('2026-11-22', '2026-12-15')).toBe(23)
    expect(weekday('2026-11-22')).toBe('星期日')
  })
  it('counts down in words', () => {
    expect([sayWait(5), sayWait(65), sayWait(3900), sayWait(-3)]).toEqual([
      '5 秒',
      '1 分 05 秒',
      '1 小时 05 分',
      '0 秒',
    ])
  })
  it('warns of a clock that is off by more than two minutes', () => {
    const at = Date.parse('2026-11-22T08:00:00+08:00')
    expect(clockOffset('2026-11-22T08:00:00+08:00', at + 1000, at + 3000)).toBe(2000)
    expect(clockOffset('rubbish', at, at)).toBeNull()
    expect([clockWarning(null), clockWarning(120_000)]).toEqual(['', ''])
    expect(clockWarning(7_200_000)).toBe('手机时间快了 2 小时 00 分')
    expect(clockWarning(-180_000)).toBe('手机时间慢了 3 分 00 秒')
  })
})

describe('codes', () => {
  it.each(['7K3QM-9XW2A', '7k3qm 9xw2a', ' ７Ｋ３ＱＭ－９ＸＷ２Ａ ', '7K3QM9XW2A', 'https://a.cn/e/7K3QM9XW2A'])(
    'reads %s',
    (text) => {
      expect(readTyped(text)).toEqual({ kind: 'label', code: '7K3QM9XW2A' })
    },
  )
  it('forgives what looks alike', () => expect(labelCode('OIL00-00000')).toBe('0110000000'))
  it.each(['511033020320210001', '车11浙B0312(21)', '7K3QM-9XW2U'])('leaves %s as it is', (text) => {
    expect(readTyped(text)).toEqual({ kind: 'number', text })
  })
  it('knows nothing from something', () => expect(readTyped('  ').kind).toBe('empty'))
  it('makes and reads links', () => {
    expect(labelLink('https://a.cn', '7K3QM9XW2A')).toBe('https://a.cn/e/7K3QM9XW2A')
    expect(codeInLink('https://a.cn/e/7K3QM9XW2A?x=1')).toBe('7K3QM9XW2A')
    expect(codeInLink('https://a.cn/other')).toBeNull()
    expect(printed('7K3QM9XW2A')).toBe('7K3QM-9XW2A')
    expect(shortQr('https://a.cn/e/7K3QM9XW2A')).toBe('7K3QM-9XW2A')
    expect(shortQr('x'.repeat(60))).toHaveLength(28)
  })
})

describe('problems', () => {
  const body = {
    error: {
      code: 'certificate_expired',
      title: '证书已过期',
      cause: '到期了。',
      advice: '先办复审',
      fields: { a: 1 },
      details: {
        action: { kind: 'certificates', label: '看我的证照' },
        contact: { name: '李敏', phone: '13900001111' },
      },
    },
  }
  it('keeps the words of the server', () => {
    const problem = problemFromAnswer(403, body)
    expect(explain(problem)).toBe('到期了。先办复审。')
    expect(problem).toMatchObject({ title: '证书已过期', contact: { name: '李敏' }, fields: { a: '1' } })
    expect(wayOutOf(problem)).toEqual({ kind: 'certificates', label: '看我的证照' })
    expect(isFinal(problem)).toBe(true)
  })
  it('always leads out, and never to a call that nobody can make', () => {
    expect(wayOutOf(problemFromAnswer(404, { error: { code: 'unknown_qr' } })).kind).toBe('retry_scan')
    const dead = { error: { code: 'x', details: { action: { kind: 'call_officer', label: '打电话' } } } }
    expect(wayOutOf(problemFromAnswer(409, dead)).kind).toBe('home')
    const unknown = { error: { code: 'x', details: { action: { kind: 'explode', label: '!' } } } }
    expect(wayOutOf(problemFromAnswer(409, unknown)).kind).toBe('retry_scan')
  })
  it('does not take a gateway for our server', () => {
    for (const page of ['<html>', null, {}, { error: 'x' }])
      expect(problemFromAnswer(404, page).code).toBe('unreadable')
  })
})

describe('calendar', () => {
  it('draws November 2026 from Monday', () => {
    const weeks = monthGrid('2026-11', { '2026-11-03': 2 }, '2026-11-22')
    expect(weeks).toHaveLength(6)
    expect(weeks[0].map((cell) => cell?.date ?? 0)).toEqual([0, 0, 0, 0, 0, 0, 1])
    const cells = weeks.flat().filter((cell) => cell !== null)
    expect(cells).toHaveLength(30)
    expect(cells[2]).toMatchObject({ day: '2026-11-03', count: 2, today: false, future: false })
    expect(cells[21].today && cells[22].future).toBe(true)
  })
  it('turns the page over the year', () => {
    expect([shiftMonth('2026-12', 1), shiftMonth('2026-01', -1)]).toEqual(['2027-01', '2025-12'])
    expect(monthRange('2028-02')).toEqual({ from: '2028-02-01', to: '2028-02-29' })
    expect(sayMonth('2026-02')).toBe('2026年2月')
  })
})

describe('the rest', () => {
  it('makes queries', () =>
    expect(query({ q: '宁波 a', unit: undefined, limit: 20 })).toBe('?q=%E5%AE%81%E6%B3%A2%20a&limit=20'))
  it('leads back only to pages of ours', () => {
    expect(wayBack('/pages/scan/confirm?e=7K3QM9XW2A')).toBe('/pages/scan/confirm?e=7K3QM9XW2A')
    for (const bad of [null, 'https://evil.cn', '/pages/sign-in/index', '/pages/password/index?due=1', 'javascript:x'])
      expect(wayBack(bad)).toBe('/pages/home/index')
  })
  it('dials numbers, not masks', () => {
    expect(dialable('0574-8765 4321')).toBe('057487654321')
    expect(dialable('139****1111')).toBeNull()
  })
  it('shows which rules a password meets', () => {
    const met = (...typed: Parameters<typeof passwordRules>) => passwordRules(...typed).map((rule) => rule.met)
    expect(met('Abc12345', '071238', 'Abc12345', '13800006721')).toEqual([true, true, true, true])
    expect(met('abc12345', '071238', 'x', '13800006721')).toEqual([true, false, true, false])
    expect(met('Ab-071238', '071238', '', '13800006721')).toEqual([true, true, false, false])
    expect(met('Ab-13800006721', '071238', '', '13800006721')[2]).toBe(false)
    expect(met('', '', '', '')).toEqual([false, false, false, false])
  })
  it('says when a paper runs out', () => {
    expect(runsOut({ state: 'expiring', valid_until: '2026-12-15' }, '2026-11-22')).toContain('还有 23 天')
    expect(runsOut({ state: 'expired', valid_until: '2026-11-20' }, '2026-11-22')).toContain('过期 2 天')
  })
})

describe('words that must not be torn', () => {
  it('keeps dates and numbers whole', () => {
    expect(joined('已超期，应在 2026-11-24 08:44 前')).toBe('已超期，应在 2026-\u206011-\u206024 08:44 前')
    expect(joined('YH261124-5KZM')).toBe('YH261124-\u20605KZM')
    expect(joined('甲 - 乙')).toBe('甲 - 乙')
  })
  it.each([
    [
      '【超时 · 待整改】成品仓库 地面油污 · 已超时，应于 11-22 18:00',
      ['【超时 · 待整改】成品仓库 地面油污', '已超时，应于 11-22 18:00'],
    ],
    ['【待整改】泵房 · 今天 18:00前', ['【待整改】泵房', '今天 18:00前']],
    ['事故快报 一般事故（下界初判）', ['事故快报 一般事故（下界初判）', '']],
    ['甲 · 乙', ['甲 · 乙', '']],
  ])('parts %s', (title, parts) => expect(parted(title)).toEqual(parts))
})

describe('what waits on the phone', () => {
  const scan = { state: 'waiting', qr: 'x' } as Item
  it.each([
    [[], ''],
    [[scan, scan], '2 次扫码'],
    [[scan, { ...scan, kind: 'snap' } as Item], '2 条记录'],
    [[scan, { ...scan, state: 'failed' } as Item], '1 次扫码'],
  ])('is %#: %s', (items, words) => expect(sayHeld(items as Item[])).toBe(words))
})

describe('a sign-in with a second factor', () => {
  const answered = (code: string, details: unknown) =>
    problemFromAnswer(401, { error: { code, title: '请输入动态口令', details } }).half

  it('goes on with the half session that the right password gave', () => {
    expect(answered('second_factor_required', { token: 't', step: 'enrol' })).toEqual({ token: 't', step: 'enrol' })
    expect(answered('second_factor_required', { token: 't', step: 'anything' })).toEqual({ token: 't', step: 'code' })
  })
  it('takes no half session from another refusal', () => {
    expect(answered('wrong_password', { token: 't', step: 'code' })).toBeNull()
    expect(answered('second_factor_required', {})).toBeNull()
  })
})

it('says how strong a password is', () => {
  expect(['Abcd1234', 'Anquan-26', 'Long#enough-81'].map((text) => strength(text).kind)).toEqual([
    'bad',
    'warn',
    'good',
  ])
})
