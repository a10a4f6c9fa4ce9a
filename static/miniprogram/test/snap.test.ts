/** 随手拍: what is sent, what stays on the phone until the server has spoken, what the screen says (E07, X01). */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { noAnswer, problemFromAnswer } from '../src/logic/problems'
import { due, type Item } from '../src/logic/queue/queue'
import {
  blankSnap,
  canSend,
  hasWord,
  isTouchedSnap,
  offered,
  sayWhere,
  snapOf,
  withWord,
} from '../src/logic/hazards/snap'
import { snapSent, snapWaits } from '../src/logic/hazards/snapped'
import {
  afterSnapPhoto,
  mustRenew,
  nextSnapPhoto,
  renewed,
  snapArrived,
  snapBody,
  type Snap,
} from '../src/logic/queue/snap-queue'
import type { FoundNode } from '../src/services/shapes/grid'
import type { Hazard, SnapBody } from '../src/services/shapes/tasks'

const body: SnapBody = {
  what: '护栏松动',
  photos: [],
  grid: '5',
  scan: null,
  equipment: null,
  lng: null,
  lat: null,
  found_at: '2026-11-25T08:00:00+08:00',
  company: 'u1',
}
const snap = (over: Partial<Snap> = {}): Snap => ({
  key: 'snap-1',
  person: { id: 'p1', name: '张' },
  unit: { id: 'u1', name: '甬江' },
  state: 'waiting',
  tries: 0,
  dueAt: 0,
  problem: null,
  kind: 'snap',
  madeAt: '2026-11-25T08:00:10+08:00',
  body,
  photos: [],
  where: '1号泵房',
  renewed: false,
  hazard: null,
  ...over,
})
const photo = (id: string, remote: string | null = null) => ({ id, remote, refused: false })
const node = (how: FoundNode['how'], id = '5'): FoundNode => ({
  id,
  name: '泵房',
  where: '临江 · 泵房',
  parent: null,
  level_title: '',
  lng: null,
  lat: null,
  how,
  metres: how === 'position' ? 12 : null,
})

describe('the form', () => {
  it('is enough with a photo or a few words, and the place alone is nothing to lose', () => {
    const draft = { ...blankSnap(1), node: node('work') }
    expect([canSend(draft), isTouchedSnap(draft)]).toEqual([false, false])
    expect(canSend({ ...draft, what: ' 漏水 ' })).toBe(true)
    expect(canSend({ ...draft, photos: [photo('a')] })).toBe(true)
    expect(canSend({ ...draft, what: '漏水' }, true)).toBe(false)
    expect(canSend({ ...draft, photos: [photo('a')] }, true)).toBe(true)
  })
  it('puts a quick word in and takes it out again, beside what was typed', () => {
    const one = withWord('三楼', '漏水')
    expect(one).toBe('三楼，漏水')
    expect([hasWord(one, '漏水'), withWord(one, '漏水')]).toEqual([true, '三楼'])
  })
  it('never changes a place that the person has chosen, and takes the nearest else', () => {
    const near = [node('position', '9'), node('work', '3')]
    expect(offered({ ...blankSnap(1), node: node('picked') }, near)!.id).toBe('5')
    expect(offered({ ...blankSnap(1), node: node('work', '3') }, near)!.id).toBe('9')
    expect(offered({ ...blankSnap(1), node: node('work', '3') }, [])!.id).toBe('3')
  })
  it('leaves a guessed place to the server, and says when it was seen', () => {
    const iso = (ms: number) => `at ${ms}`
    expect(snapOf({ ...blankSnap(7), node: node('work'), lng: 120, lat: 30 }, 'u1', iso)).toMatchObject({
      grid: null,
      lng: 120,
      found_at: 'at 7',
    })
    expect(snapOf({ ...blankSnap(7), node: node('position') }, 'u1', iso).grid).toBe('5')
  })
  it('says how it knows where', () => {
    expect(sayWhere({ ...blankSnap(1), node: node('position') })).toEqual({ place: '临江 · 泵房', how: '离您 12 米' })
    expect(sayWhere({ ...blankSnap(1), scan: 'https://a.cn/g/X' }).how).toContain('联网后')
  })
})

describe('its way', () => {
  it('sends the photos first, the word with their ids', () => {
    let item = snap({ photos: [photo('a'), photo('b')] })
    expect(nextSnapPhoto(item)!.id).toBe('a')
    item = afterSnapPhoto(item, 'a', '71', null)
    item = afterSnapPhoto(item, 'b', '72', null)
    expect([nextSnapPhoto(item), snapBody(item).photos]).toEqual([null, ['71', '72']])
    expect(snapArrived(item, { id: '1', number: 'YH1' })).toBeNull()
  })
  it('goes on without a photo that is none, and says so in the end', () => {
    const none = problemFromAnswer(415, { error: { code: 'not_a_photo', title: '这不是照片' } })
    const item = afterSnapPhoto(snap({ photos: [photo('a'), photo('b', '72')] }), 'a', null, none)
    expect(snapBody(item).photos).toEqual(['72'])
    expect(snapArrived(item, { id: '1', number: 'YH1' })).toMatchObject({ state: 'failed', hazard: { number: 'YH1' } })
  })
  it('sends its photos once more when the server has let go of them', () => {
    const old = problemFromAnswer(422, { error: { code: 'invalid', title: '', fields: { photos: '照片过期了' } } })
    const item = snap({ photos: [photo('a', '71')] })
    expect([mustRenew(item, old), mustRenew(renewed(item), old), mustRenew(item, noAnswer('offline'))]).toEqual([
      true,
      false,
      false,
    ])
    expect(nextSnapPhoto(renewed(item))!.id).toBe('a')
  })
  it('lets scans and accidents go first', () => {
    const scan = {
      ...snap(),
      kind: undefined,
      key: 'scan',
      qr: 'x',
      scannedAt: '2026-11-25T09:00:00+08:00',
      place: null,
    } as unknown as Item
    expect(due([snap(), scan], 'p1', 10).map(({ key }) => key)).toEqual(['scan', 'snap-1'])
  })
})

describe('the whole screen', () => {
  it('says the number and who looks at it, then goes home', () => {
    const said = snapSent({ number: 'YH1', where: '泵房', holders: ['吴双江'] } as Hazard)
    expect(said).toMatchObject({ kind: 'good', word: '已上报', stay: 8 })
    expect(said.facts.map(({ value }) => value)).toEqual(['YH1', '泵房', '吴双江'])
  })
  it('says that it is kept, and stays while the phone could not keep it', () => {
    const tried = snap({ tries: 1, problem: noAnswer('offline') })
    expect(snapWaits(tried, false, true)).toMatchObject({ kind: 'kept', stay: 10 })
    expect(snapWaits(tried, false, false)).toMatchObject({ kind: 'kept', stay: 0 })
    expect(snapWaits(snap(), true, true).kind).toBe('busy')
  })
})

const kept = new Map<string, string>()
let sent: { url: string; header: Record<string, string>; data?: string; filePath?: string }[] = []
let online = false
let refusing = false

vi.stubGlobal('uni', {
  setStorageSync: (key: string, value: string) => void kept.set(key, value),
  getStorageSync: (key: string) => kept.get(key) ?? '',
  removeStorageSync: (key: string) => void kept.delete(key),
  getStorageInfoSync: () => ({ keys: [...kept.keys()] }),
  getFileSystemManager: () => ({ removeSavedFile: () => undefined }),
  request: (asked: (typeof sent)[number] & { success: (got: object) => void; fail: (why: object) => void }) => {
    if (!online) return asked.fail({ errMsg: 'request:fail' })
    sent.push(asked)
    asked.success({ statusCode: 201, data: JSON.stringify({ id: '9', number: 'YH1', became: '已收到' }), header: {} })
  },
  uploadFile: (asked: (typeof sent)[number] & { success: (got: object) => void; fail: (why: object) => void }) => {
    if (!online) return void asked.fail({ errMsg: 'uploadFile:fail' })
    sent.push(asked)
    const none = { error: { code: 'not_a_photo', title: '这不是照片' } }
    if (refusing) asked.success({ statusCode: 415, data: JSON.stringify(none) })
    else asked.success({ statusCode: 201, data: JSON.stringify({ id: '71' }) })
  },
})
vi.stubGlobal('window', { location: { origin: 'https://a.cn' } })

describe('in the queue', () => {
  beforeEach(() => {
    kept.clear()
    sent = []
    online = false
    refusing = false
  })
  it('waits with its photo through a closed app, is sent once, and only then leaves the phone', async () => {
    kept.set('anban.photo.p', JSON.stringify('wxfile://p.jpg'))
    const view = {
      token: 't',
      expires_at: '',
      person: { id: 'p1', name: '张', phone: '', login: '' },
      units: [],
      rights: {},
      must_change_password: false,
    }
    vi.resetModules()
    const before = { ...(await import('../src/state/session')), ...(await import('../src/services/sending/outbox')) }
    before.signedIn(view)
    const key = before.writeSnap(body, { id: 'u1', name: '甬江' }, [{ id: 'p', remote: null }], '泵房', 1000)
    await before.sendOne(key)
    expect(before.outbox.items[0]).toMatchObject({ key, state: 'waiting', tries: 1 })

    vi.resetModules()
    const after = { ...(await import('../src/state/session')), ...(await import('../src/services/sending/outbox')) }
    expect(after.outbox.items.map((item) => item.key)).toEqual([key])
    online = true
    await after.flush(true)
    await after.flush(true)
    expect(sent.map(({ url }) => url.split('/api/mp/v1')[1])).toEqual(['/photos?ledger=hazards', '/hazards'])
    expect(sent[1].header['Idempotency-Key']).toBe(key)
    expect(JSON.parse(sent[1].data!)).toMatchObject({ photos: ['71'], found_at: body.found_at, what: '护栏松动' })
    expect([after.outbox.items, kept.has('anban.photo.p'), after.outbox.snapped[key].number]).toEqual([
      [],
      false,
      'YH1',
    ])
  })

  it('whose photo was refused has sent its words, and another photo follows them', async () => {
    kept.set('anban.photo.p', JSON.stringify('wxfile://p.jpg'))
    kept.set('anban.photo.q', JSON.stringify('wxfile://q.jpg'))
    vi.resetModules()
    const app = { ...(await import('../src/state/session')), ...(await import('../src/services/sending/outbox')) }
    app.signedIn({
      token: 't',
      expires_at: '',
      person: { id: 'p1', name: '张', phone: '', login: '' },
      units: [],
      rights: {},
      must_change_password: false,
    })
    online = true
    refusing = true
    const key = app.writeSnap(body, { id: 'u1', name: '甬江' }, [{ id: 'p', remote: null }], '泵房', 1000)
    await app.sendOne(key)
    expect(app.outbox.items[0]).toMatchObject({ key, state: 'failed', hazard: { id: '9', number: 'YH1' } })
    expect(JSON.parse(sent[1].data!)).toMatchObject({ what: '护栏松动', photos: [] })

    refusing = false
    app.sendOthers(key, ['q'])
    await app.flush(true)
    expect(sent.map(({ url }) => url.split('/api/mp/v1')[1])).toEqual([
      '/photos?ledger=hazards',
      '/hazards',
      '/photos?ledger=hazards',
      '/hazards/9/photos',
    ])
    expect(JSON.parse(sent[3].data!)).toEqual({ photos: ['71'] })
    expect([app.outbox.items, kept.has('anban.photo.p'), kept.has('anban.photo.q')]).toEqual([[], false, false])
  })
})
