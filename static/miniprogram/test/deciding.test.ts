/** Decisions without a signal (X01, H05): what waits, what is sent, and what the server's answer leaves behind. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  decisionTaken,
  mustSendAgain,
  nextDecisionPhoto,
  ledgerOf,
  photoRefused,
  photoThere,
  sentAgain,
  type Decision,
} from '../src/logic/queue/decision-queue'
import { noAnswer, type Problem } from '../src/logic/problems'
import { due, isItem } from '../src/logic/queue/queue'
import { sayKind, sayNext, sayWhat } from '../src/logic/queue/waiting'
import type { Outcome, TaskView } from '../src/services/shapes/tasks'

const outcome = { key: 'up', title: '上报上级', style: 'plain', comment: 'required', fields: [] } as Outcome
const decision = (over: Partial<Decision> = {}): Decision => ({
  key: 'decision-1',
  person: { id: 'p1', name: '张' },
  unit: { id: 'u1', name: '甬江' },
  state: 'waiting',
  tries: 0,
  dueAt: 0,
  problem: null,
  kind: 'decision',
  madeAt: '2026-11-25T10:00:00+08:00',
  task: { id: '7', title: '确认：食堂' },
  outcome,
  writing: { outcome: 'up', values: {}, photos: {}, comment: '拿不准' },
  renewed: false,
  ...over,
})
const withPhotos = (remotes: (string | null)[]) =>
  decision({
    writing: {
      outcome: 'up',
      values: {},
      comment: '',
      photos: { photos_after: remotes.map((remote, at) => ({ id: `p${at}`, remote })) },
    },
  })
const final = (over: Partial<Problem> = {}): Problem => ({ ...noAnswer('unreadable', 422), code: 'invalid', ...over })

describe('its photos', () => {
  it('go before the word, one after the other', () => {
    const item = withPhotos(['71', null, null])
    expect(nextDecisionPhoto(item)).toBe('p1')
    expect(nextDecisionPhoto(photoThere(photoThere(item, 'p1', '72'), 'p2', '73'))).toBeNull()
  })
  it('go where the form says', () => {
    const field = { name: 'photos_after', kind: 'photos', to: 'hazards' } as Outcome['fields'][number]
    const item = { ...withPhotos([null]), outcome: { ...outcome, fields: [field] } }
    expect(ledgerOf(item, 'p0')).toBe('hazards')
  })
  it('stop it where one is refused: the person mends it', () => {
    expect(photoRefused(withPhotos([null]), final({ title: '不是照片' }))).toMatchObject({
      state: 'failed',
      problem: { title: '有照片传不上：不是照片' },
    })
  })
  it('are sent again once where the server has let go of them, but not those that only the server has', () => {
    const item = withPhotos(['71'])
    const gone = final({ fields: { photos_after: '照片已失效' } })
    expect(mustSendAgain(item, gone)).toBe(true)
    expect(nextDecisionPhoto(sentAgain(item))).toBe('p0')
    expect(mustSendAgain(sentAgain(item), gone)).toBe(false)
    const chat = decision({
      writing: { outcome: 'up', values: {}, comment: '', photos: { photos_after: [{ id: 'sent-71', remote: '71' }] } },
    })
    expect(mustSendAgain(chat, gone)).toBe(false)
  })
})

describe('the answer', () => {
  it('leaves nothing where it is what was chosen', () => {
    expect(decisionTaken(decision(), { outcome: 'up', outcome_title: '上报上级' })).toBeNull()
  })
  it('says what stands where I had decided otherwise elsewhere', () => {
    expect(decisionTaken(decision(), { outcome: 'no', outcome_title: '不是隐患' })).toMatchObject({
      state: 'failed',
      problem: { title: '您已经办过：不是隐患' },
    })
  })
})

describe('in words and in order', () => {
  it('says what it is', () => {
    expect(sayWhat(decision())).toBe('确认：食堂：上报上级 “拿不准”')
    expect(sayKind(withPhotos(['71']))).toBe('办理任务 · 1 张照片')
    expect(sayNext(decision(), true, false)).toBe('联网后自动提交，不用再办。')
  })
  it('goes before pictures, and rubbish is left alone', () => {
    const pictures = withPhotos([null])
    const later = decision({ key: 'decision-2', madeAt: '2026-11-25T11:00:00+08:00' })
    expect(due([pictures, later], 'p1', 1).map(({ key }) => key)).toEqual(['decision-2', 'decision-1'])
    expect([isItem(decision()), isItem({ ...decision(), writing: undefined })]).toEqual([true, false])
  })
})

const kept = new Map<string, string>()
let sent: { url: string; header: Record<string, string>; data: string }[] = []
let replies: ({ status: number; body: unknown } | 'silence')[] = []

vi.stubGlobal('uni', {
  setStorageSync: (key: string, value: string) => kept.set(key, value),
  getStorageSync: (key: string) => kept.get(key) ?? '',
  removeStorageSync: (key: string) => void kept.delete(key),
  getStorageInfoSync: () => ({ keys: [...kept.keys()] }),
  request: (asked: (typeof sent)[number] & { success: (got: object) => void; fail: (why: object) => void }) => {
    sent.push(asked)
    const reply = replies.shift() ?? 'silence'
    if (reply === 'silence') asked.fail({ errMsg: 'request:fail timeout' })
    else asked.success({ statusCode: reply.status, data: JSON.stringify(reply.body), header: {} })
  },
})
vi.stubGlobal('window', { location: { origin: 'https://a.cn' } })

/** The client as it is after a cold start on the same phone, somebody signed in. */
async function start() {
  vi.resetModules()
  const { signedIn } = await import('../src/state/session')
  signedIn({
    token: 't',
    expires_at: '',
    person: { id: 'p1', name: '张', phone: '', login: '' },
    units: [],
    rights: {},
    must_change_password: false,
  })
  return { ...(await import('../src/services/sending/outbox')), ...(await import('../src/services/sending/decided')) }
}
const task = { id: '7', title: '确认：食堂', subject: { kind: 'hazard', id: '3', title: '' } } as unknown as TaskView
const unit = { id: 'u1', name: '甬江' }
const writing = () => ({ outcome: 'up', values: {}, photos: {}, comment: ' 拿不准 ' })

describe('in the queue', () => {
  beforeEach(() => {
    kept.clear()
    sent = []
    replies = []
  })

  it('outlives a closed app, goes under one key, and is gone once it was taken', async () => {
    const first = await start()
    const key = first.writeDecision(task, outcome, writing(), unit, 1)
    await first.sendOne(key)
    const again = await start()
    expect(again.decisionOf('7')).toMatchObject({ state: 'waiting', tries: 1, writing: { comment: ' 拿不准 ' } })
    replies = [{ status: 200, body: { outcome: 'up', outcome_title: '上报上级' } }]
    await again.flush(true)
    expect(again.decisionOf('7')).toBeUndefined()
    expect(sent.map(({ header }) => header['Idempotency-Key'])).toEqual([key, key])
    expect(JSON.parse(sent[1].data)).toEqual({ outcome: 'up', values: {}, comment: '拿不准' })
  })

  it('stays with all that was written where somebody else was faster, until it is taken off', async () => {
    const { writeDecision, sendOne, decisionOf, takeBack } = await start()
    const key = writeDecision(task, outcome, writing(), unit, 1)
    replies = [{ status: 409, body: { error: { code: 'done_already', title: '李已经办理' } } }]
    await sendOne(key)
    expect(decisionOf('7')).toMatchObject({
      state: 'failed',
      problem: { title: '李已经办理' },
      writing: { comment: ' 拿不准 ' },
    })
    expect(takeBack(key)?.writing.comment).toBe(' 拿不准 ')
    expect(decisionOf('7')).toBeUndefined()
  })

  it('holds one for a task: the later takes the place of the earlier', async () => {
    const { writeDecision, decisionOf, outbox } = await start()
    writeDecision(task, outcome, writing(), unit, 1)
    writeDecision(task, outcome, { ...writing(), comment: '改了' }, unit, 2)
    expect(outbox.items).toHaveLength(1)
    expect(decisionOf('7')?.writing.comment).toBe('改了')
  })
})
