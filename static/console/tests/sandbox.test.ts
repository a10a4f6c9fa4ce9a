import { describe, expect, it } from 'vitest'
import { describe as say, isOn, kindsAt, TROUBLES, wanted } from '@/sandbox/faults'
import type { Fault, WireLine } from '@/sandbox/shapes'
import { isBad, nameOf } from '@/sandbox/wire'
import { nothingDone, STORIES } from '@/sandbox/stories'
import { keepTo, pieces, sayFull, sayTime } from '@/sandbox/words'

const kinds = { slow: '变慢', error: '服务器错误', token: '令牌失效', duplicate: '重复' }
const fault = (more: Partial<Fault>): Fault => ({
  id: 1,
  where: '/cgi-bin/message/*',
  kind: 'slow',
  seconds: 3,
  probability: 1,
  count: null,
  ...more,
})
const line = (more: Partial<WireLine>): WireLine => ({
  id: 1,
  at: 0,
  way: 'in',
  method: 'POST',
  path: '/cgi-bin/message/send',
  status: 200,
  errcode: 0,
  milliseconds: 1,
  faults: [],
  notes: [],
  ...more,
})

describe('words of people and apps', () => {
  it('know the little markdown of the platform', () => {
    expect(pieces('**急** [看](https://a.example) <font color="warning">缺 1</font>')).toEqual([
      { text: '急', kind: 'bold' },
      { text: ' ', kind: 'plain' },
      { text: '看', kind: 'link', url: 'https://a.example' },
      { text: ' ', kind: 'plain' },
      { text: '缺 1', kind: 'warning' },
    ])
  })
  it('have headings and quotes in markdown alone', () => {
    expect(pieces('# 一\n> 二', true).map((piece) => [piece.kind, piece.text])).toEqual([
      ['bold', '一\n'],
      ['quote', '二'],
    ])
    expect(pieces('# 一\n> 二')).toEqual([{ text: '# 一\n> 二', kind: 'plain' }])
  })
  it('let nothing run', () => {
    expect(pieces('[看](javascript:alert(1)) <script>x</script>').every((piece) => piece.kind === 'plain')).toBe(true)
  })
  it('say when', () => {
    const now = Date.UTC(2026, 10, 25, 1, 5) / 1000 // whatever zone the browser is in
    expect([sayTime(now, now), sayTime(now - 86_400, now), sayTime(now - 3 * 86_400, now), sayTime(0, now)]).toEqual([
      '09:05',
      '昨天 09:05',
      '11-22 09:05',
      '',
    ])
    expect([sayFull(now), sayTime(Date.UTC(2025, 11, 31, 15, 59) / 1000, now)]).toEqual([
      '2026-11-25 09:05:00',
      '2025-12-31 23:59',
    ])
    keepTo('Asia/Urumqi')
    expect(sayTime(now, now)).toBe('07:05')
    keepTo('Asia/Shanghai')
  })
})

describe('the switch-board', () => {
  it('has a switch that is on when its fault is', () => {
    for (const trouble of TROUBLES) {
      expect(isOn(trouble, [])).toBeUndefined()
      expect(isOn(trouble, [{ id: 7, ...wanted(trouble) }])?.id).toBe(7)
      expect(
        TROUBLES.filter((other) => isOn(other, [{ id: 7, ...wanted(trouble) }])),
        trouble.name,
      ).toHaveLength(1)
    }
  })
  it('offers what means something there', () => {
    expect(kindsAt('/cgi-bin/webhook/*', kinds).map(([kind]) => kind)).not.toContain('token')
    expect(Object.fromEntries(kindsAt('callback', kinds)).token).toBe('签名不对')
  })
  it('says what is on', () => {
    expect(say(fault({ count: 2 }), kinds)).toBe('发消息：变慢 3 秒，每次，还有 2 次')
    expect(say(fault({ where: 'callback', kind: 'duplicate', probability: 0.1 }), kinds)).toBe(
      '通知安班（按键、打字）：送两遍，10% 的时候',
    )
  })
})

it('names what went over the wire and marks what failed', () => {
  expect([
    nameOf(line({})),
    nameOf(line({ path: '/cgi-bin/get_jsapi_ticket' })),
    nameOf(line({ way: 'out', path: '/bots/wecom/1' })),
  ]).toEqual(['发消息', '扫码签名', '通知安班'])
  expect([
    isBad(line({})),
    isBad(line({ status: 502, errcode: null })),
    isBad(line({ errcode: 40014 })),
    isBad(line({ faults: ['slow'] })),
    isBad(line({ status: 0, errcode: null })),
  ]).toEqual([false, true, true, true, true])
})

describe('the stories', () => {
  it('are three, of three steps each, and nothing of them is done at first', () => {
    expect(Object.values(STORIES).map((story) => story.title)).toEqual(['事故快报', '随手拍隐患', '扫码上岗'])
    expect(Object.values(STORIES).every((story) => story.steps.length === 3)).toBe(true)
    expect(Object.keys(nothingDone())).toEqual(Object.keys(STORIES))
  })
})
