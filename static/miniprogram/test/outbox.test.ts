/** The queue with its storage and its door, on a fake phone: what survives, what is sent, what is let go. */
import { beforeEach, describe, expect, it, vi } from 'vitest'

interface Sent {
  url: string
  header: Record<string, string>
  data: string
}
type Reply = { status: number; body: unknown; header?: Record<string, string> } | 'silence'

const kept = new Map<string, string>()
let sent: Sent[] = []
let replies: Reply[] = []
let full = false

const record = (over = {}) => ({
  id: 'c1',
  day: '2026-11-22',
  scanned_at: '2026-11-22T07:58:00+08:00',
  person: { id: 'p1', name: '张' },
  unit: { id: 'u1', name: '甬江' },
  equipment: { id: 'e1', name: '3号叉车' },
  certificate: { code: 'N1' },
  ...over,
})
const refusal = { error: { code: 'unknown_qr', title: '不认识这个二维码' } }

vi.stubGlobal('uni', {
  setStorageSync: (key: string, value: string) => {
    if (full) throw new Error('quota')
    kept.set(key, value)
  },
  getStorageSync: (key: string) => kept.get(key) ?? '',
  removeStorageSync: (key: string) => void kept.delete(key),
  getStorageInfoSync: () => ({ keys: [...kept.keys()] }),
  request: (asked: Sent & { success: (got: object) => void; fail: (why: object) => void }) => {
    sent.push(asked)
    const reply = replies.shift() ?? 'silence'
    if (reply === 'silence') asked.fail({ errMsg: 'request:fail timeout' })
    else asked.success({ statusCode: reply.status, data: JSON.stringify(reply.body), header: reply.header ?? {} })
  },
})
vi.stubGlobal('window', { location: { origin: 'https://a.cn' } })

/** The client as it is after a cold start on the same phone. */
async function start() {
  vi.resetModules()
  const session = await import('../src/state/session')
  const outbox = await import('../src/services/sending/outbox')
  return { ...session, ...outbox }
}
const view = (id = 'p1') => ({
  token: `t-${id}`,
  expires_at: '',
  person: { id, name: '张', phone: '', login: '' },
  units: [],
  rights: {},
  must_change_password: false,
})
const onShelf = () => [...kept.keys()].filter((key) => key.startsWith('anban.queue.'))
const unit = { id: 'u1', name: '甬江' }

beforeEach(() => {
  kept.clear()
  sent = []
  replies = []
  full = false
})

describe('a scan', () => {
  it('is on the phone before it is sent, and gone after a 201', async () => {
    const app = await start()
    app.signedIn(view())
    const key = app.writeDown('qr-1', unit, null)
    expect(onShelf()).toEqual([`anban.queue.${key}`])
    expect(sent).toHaveLength(0)
    replies = [{ status: 201, body: record() }]
    await app.sendOne(key)
    expect(onShelf()).toEqual([])
    expect(app.outbox.booked[key].created).toBe(true)
  })

  it('carries key, moment and the moment of sending, and keeps the key when tried again after a cold start', async () => {
    let app = await start()
    app.signedIn(view())
    const key = app.writeDown('qr-1', unit, { lng: 121.5, lat: 29.8, accuracy: 12 })
    await app.sendOne(key)
    app = await start()
    expect(app.outbox.items.map((item) => item.key)).toEqual([key])
    replies = [{ status: 200, body: record() }]
    await app.flush(true)
    expect(sent.map(({ header }) => header['Idempotency-Key'])).toEqual([key, key])
    const [first, second] = sent.map(({ data }) => JSON.parse(data))
    expect(second.scanned_at).toBe(first.scanned_at)
    expect(first).toMatchObject({ qr: 'qr-1', unit: 'u1', place: { lng: 121.5 } })
    expect(second.sent_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/)
    expect(onShelf()).toEqual([])
  })

  it('stays, refused and visible, until it is dismissed', async () => {
    const app = await start()
    app.signedIn(view())
    const key = app.writeDown('qr-1', unit, null)
    replies = [{ status: 404, body: refusal }]
    await app.sendOne(key)
    expect(app.outbox.items[0]).toMatchObject({ state: 'failed', problem: { title: '不认识这个二维码' } })
    await app.flush(true)
    expect(sent).toHaveLength(1)
    app.dismiss(key)
    expect(onShelf()).toEqual([])
  })

  it('is kept when a captive portal answers 200 with its own page', async () => {
    const app = await start()
    app.signedIn(view())
    const key = app.writeDown('qr-1', unit, null)
    replies = [{ status: 200, body: '<html>请登录</html>' }]
    await app.sendOne(key)
    expect(app.outbox.items[0].state).toBe('waiting')
  })

  it('goes by the clock that the demo put forward, and warns of no wrong phone then', async () => {
    const app = await start()
    app.signedIn(view())
    const day = 86400_000
    const header = { 'X-Server-Time': new Date(Date.now() + day).toISOString(), 'X-Clock-Ahead': '86400' }
    replies = [
      { status: 422, body: refusal, header },
      { status: 201, body: record(), header },
    ]
    await app.sendOne(app.writeDown('qr-1', unit, null))
    const later = app.writeDown('qr-2', unit, null)
    await app.sendOne(later)
    const body = JSON.parse(sent[1].data)
    for (const at of [body.scanned_at, body.sent_at])
      expect(Math.abs(Date.parse(at) - Date.now() - day)).toBeLessThan(60_000)
    const clock = await import('../src/state/clock')
    expect(clock.clockSays.value).toBe('')
    expect(Math.abs(clock.serverNow() - Date.now() - day)).toBeLessThan(60_000)
  })

  it('outlives an expired session and goes out after signing in again', async () => {
    const app = await start()
    app.signedIn(view())
    const key = app.writeDown('qr-1', unit, null)
    replies = [{ status: 401, body: { error: { code: 'session_expired' } } }]
    await app.sendOne(key)
    expect(app.bearer()).toBeNull()
    expect(app.session.ended).toBe('expired')
    expect(onShelf()).toHaveLength(1)
    app.signedIn(view())
    replies = [{ status: 201, body: record() }]
    await app.flush(true)
    expect(onShelf()).toEqual([])
  })

  it('never goes out under another person’s name', async () => {
    const app = await start()
    app.signedIn(view('p1'))
    const key = app.writeDown('qr-1', unit, null)
    app.signedOut('left')
    app.signedIn(view('p2'))
    await app.flush(true)
    await app.sendOne(key)
    expect(sent).toHaveLength(0)
    expect(onShelf()).toHaveLength(1)
  })

  it('is one scan when the same code is read twice without a signal', async () => {
    const app = await start()
    app.signedIn(view())
    expect(app.writeDown('qr-1', unit, null)).toBe(app.writeDown('qr-1', unit, null))
    expect(onShelf()).toHaveLength(1)
  })

  it('is tried even when the phone is full, and says that it is not safe', async () => {
    const app = await start()
    app.signedIn(view())
    full = true
    const key = app.writeDown('qr-1', unit, null)
    expect(app.outbox.safe).toBe(false)
    replies = [{ status: 201, body: record() }]
    await app.sendOne(key)
    expect(app.outbox.booked[key].id).toBe('c1')
  })

  it('whose first answer got lost is told as done, not as done before', async () => {
    const app = await start()
    app.signedIn(view())
    const at = Date.parse('2026-11-22T07:58:00+08:00')
    const key = app.writeDown('qr-1', unit, null, at)
    replies = [{ status: 200, body: record() }]
    await app.sendOne(key)
    expect(app.outbox.booked[key].created).toBe(true)
    const other = app.writeDown('qr-1', unit, null, at + 60_000)
    replies = [{ status: 200, body: record() }]
    await app.sendOne(other)
    expect(app.outbox.booked[other].created).toBe(false)
  })
})

it('stops the round at the first silence', async () => {
  const app = await start()
  app.signedIn(view())
  for (const qr of ['a', 'b', 'c']) app.writeDown(qr, unit, null)
  await app.flush(true)
  expect(sent).toHaveLength(1)
  expect(onShelf()).toHaveLength(3)
})
