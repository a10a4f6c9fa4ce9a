/** A new row of a ledger in the queue: once, with its photos, under the unit that it was written for (X01). */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { LedgerField } from '../src/services/shapes/ledgers'

interface Sent {
  url: string
  method?: string
  header: Record<string, string>
  data: string
}
type Reply = { status: number; body: unknown } | 'silence'

const kept = new Map<string, string>()
let sent: Sent[] = []
let replies: Reply[] = []
let uploads: { id: string; status: number }[] = []
const uploaded: string[] = []

vi.stubGlobal('uni', {
  setStorageSync: (key: string, value: string) => void kept.set(key, value),
  getStorageSync: (key: string) => kept.get(key) ?? '',
  removeStorageSync: (key: string) => void kept.delete(key),
  getStorageInfoSync: () => ({ keys: [...kept.keys()] }),
  request: (asked: Sent & { success: (got: object) => void; fail: (why: object) => void }) => {
    sent.push(asked)
    const reply = replies.shift() ?? 'silence'
    if (reply === 'silence') asked.fail({ errMsg: 'request:fail timeout' })
    else asked.success({ statusCode: reply.status, data: JSON.stringify(reply.body), header: {} })
  },
  uploadFile: (asked: Sent & { success: (got: object) => void; fail: (why: object) => void }) => {
    const id = asked.header['Idempotency-Key']
    const status = uploads.find((one) => one.id === id)?.status ?? 201
    if (status === 0) return asked.fail({ errMsg: 'uploadFile:fail' })
    if (status === 201) uploaded.push(`${asked.url.split('/ledgers/')[1].replace('attachments', '')}${id}`)
    asked.success({ statusCode: status, data: JSON.stringify(status === 201 ? { id: '9' } : refusal('坏了')) })
  },
})
vi.stubGlobal('getCurrentPages', () => [{ route: 'pages/ledger/list' }])
vi.stubGlobal('window', { location: { origin: 'https://a.cn' } })
const onPhone = new Set<string>()
vi.mock('../src/services/pictures/photos', () => ({
  read: (id: string) => Promise.resolve(onPhone.has(id) ? `/tmp/${id}.jpg` : null),
  forget: (id: string) => void onPhone.delete(id),
}))
const refusal = (title: string) => ({
  error: { code: 'invalid', title, fields: { absent: '有 1 人同时在参加人员里' } },
})
const field = (name: string, kind: string) => ({ name, title: name, kind, required: false }) as LedgerField
const unit = (id = 'u1') => ({ id, name: id })
const view = (units = ['u1'], id = 'p1') => ({
  token: `t-${id}`,
  expires_at: '',
  person: { id, name: '张', phone: '', login: '' },
  units: units.map((one) => ({ id: one, name: one, current: one === units[0] })),
  rights: {},
  must_change_password: false,
})
const written = (key = 'row-1', photos: string[] = []) => ({
  key,
  ledger: { name: 'meetings', title: '安全会议', noun: '会议' },
  fields: [field('name', 'text'), field('chair', 'reference')],
  values: { name: ' 班前会 ', chair: { id: '7', name: '王' } },
  made: '',
  photos,
})

async function start() {
  vi.resetModules()
  const session = await import('../src/state/session')
  return { ...session, ...(await import('../src/services/sending/outbox')) }
}

beforeEach(() => {
  kept.clear()
  onPhone.clear()
  uploads = []
  uploaded.length = 0
  sent = []
  replies = []
})

describe('a new row of a ledger', () => {
  it('waits without a signal, and goes out under the same key after a cold start, as the form has it', async () => {
    let app = await start()
    app.signedIn(view() as never)
    app.writeRow(written(), unit())
    await app.sendOne('row-1')
    expect(app.outbox.items[0]).toMatchObject({ state: 'waiting', label: '班前会' })
    app = await start()
    replies = [{ status: 201, body: { id: '41' } }]
    await app.flush(true)
    expect(sent.map(({ header }) => header['Idempotency-Key'])).toEqual(['row-1', 'row-1'])
    expect(JSON.parse(sent[1].data)).toEqual({ values: { name: '班前会', chair: '7' } })
    expect([app.outbox.items, app.outbox.entered]).toEqual([[], { 'row-1': '41' }])
  })

  it('lets its photos follow it, once each, and keeps what has not arrived', async () => {
    const app = await start()
    app.signedIn(view() as never)
    for (const id of ['a', 'b']) onPhone.add(id)
    uploads = [{ id: 'b', status: 0 }]
    app.writeRow(written('row-1', ['a', 'b']), unit())
    replies = [{ status: 201, body: { id: '41' } }]
    await app.sendOne('row-1')
    expect(uploaded).toEqual(['meetings/41/a'])
    expect(app.outbox.items[0]).toMatchObject({ state: 'waiting', made: '41', photos: [{ id: 'b' }] })
    expect([...onPhone]).toEqual(['b'])
    uploads = []
    await app.flush(true)
    expect(uploaded).toEqual(['meetings/41/a', 'meetings/41/b'])
    expect([app.outbox.items.length, sent.length, onPhone.size]).toEqual([0, 1, 0])
  })

  it('shows a photo that was refused, and takes another for it', async () => {
    const app = await start()
    app.signedIn(view() as never)
    for (const id of ['a', 'b', 'c']) onPhone.add(id)
    uploads = [{ id: 'a', status: 415 }]
    app.writeRow(written('row-1', ['a', 'b']), unit())
    replies = [{ status: 201, body: { id: '41' } }]
    await app.sendOne('row-1')
    const { lacksPhotos } = await import('../src/logic/queue/queue')
    expect(app.outbox.items[0]).toMatchObject({ state: 'failed', made: '41', photos: [{ id: 'a', refused: true }] })
    expect(lacksPhotos(app.outbox.items[0])).toBe(true)
    app.sendOthers('row-1', ['c'])
    await app.flush(true)
    expect(uploaded).toEqual(['meetings/41/b', 'meetings/41/c'])
    expect(app.outbox.items).toEqual([])
  })

  it('stays with the server’s words when it is refused, and is sent again when it was mended', async () => {
    const app = await start()
    app.signedIn(view() as never)
    app.writeRow(written(), unit())
    replies = [{ status: 422, body: refusal('没有登记') }]
    await app.sendOne('row-1')
    const { mends } = await import('../src/logic/queue/queue')
    expect(app.outbox.items[0]).toMatchObject({ state: 'failed', problem: { title: '没有登记' } })
    expect(mends(app.outbox.items[0])).toBe(true)
    await app.flush(true)
    expect(sent).toHaveLength(1)
    app.writeRow({ ...written(), values: { name: '班前会二' } }, unit())
    replies = [{ status: 201, body: { id: '42' } }]
    await app.flush(true)
    expect(JSON.parse(sent[1].data).values).toEqual({ name: '班前会二', chair: null })
    expect(app.outbox.items).toEqual([])
  })

  it('waits while one works for another unit, and says so', async () => {
    const app = await start()
    app.signedIn(view(['u2']) as never)
    app.writeRow(written(), unit('u1'))
    await app.flush(true)
    await app.sendOne('row-1')
    expect(sent).toEqual([])
    const { sayNext } = await import('../src/logic/queue/waiting')
    expect(sayNext(app.outbox.items[0], true, false, true)).toContain('切换到那个单位')
  })

  it('is kept when a page of the network answers in the server’s place', async () => {
    const app = await start()
    app.signedIn(view() as never)
    app.writeRow(written(), unit())
    replies = [{ status: 200, body: '<html>请登录</html>' }]
    await app.sendOne('row-1')
    expect(app.outbox.items[0].state).toBe('waiting')
  })
})
