/** Reporting with shaking hands: one word, without a unit, without a session, and out of an answer (G02). */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { answerWord, canAnswer, sayComing } from '../src/logic/accidents/accident'
import { blankDraft, isTouched, lacks, strangersBody } from '../src/logic/accidents/draft'
import { QUICK, tapped } from '../src/logic/accidents/quick'

const quick = (word: string) => QUICK.find((one) => one.word === word)!
const KNOWN = ['火灾', '触电']

describe('a quick word', () => {
  it('is put in, brings the category that it is beyond doubt, and is taken out again', () => {
    const once = tapped('', '', quick('着火'), KNOWN)
    expect(once).toEqual({ what: '着火', category: '火灾' })
    const both = tapped(once.what, once.category, quick('有人受伤'), KNOWN)
    expect(both).toEqual({ what: '着火，有人受伤', category: '火灾' })
    expect(tapped(both.what, both.category, quick('着火'), KNOWN)).toEqual({ what: '有人受伤', category: '' })
  })
  it('never takes away a category that was chosen, nor one that there is not', () => {
    expect(tapped('', '其他爆炸', quick('着火'), KNOWN).category).toBe('其他爆炸')
    expect(tapped('着火', '其他爆炸', quick('着火'), KNOWN).category).toBe('其他爆炸')
    expect(tapped('', '', quick('坍塌'), KNOWN)).toEqual({ what: '坍塌', category: '' })
  })
  it('brings it where nobody has told what may be chosen: a fire has a window of its own', () => {
    const { what, category } = tapped('', '', quick('着火'), null)
    const draft = { ...blankDraft(0), what, category, place: '3号门' }
    expect(strangersBody(draft, null, () => '', '').category).toBe('火灾')
  })
})

describe('my answer', () => {
  it('is called as it was pressed: who comes to a call has not just received it', () => {
    expect(answerWord('received')).toBe('收到')
    expect(answerWord('received', 'accident.help')).toBe('我马上到')
    expect(answerWord('on_site', 'accident.help')).toBe('已在现场')
  })
})

describe('a report by who belongs to no unit', () => {
  const body = (over: object) =>
    strangersBody({ ...blankDraft(0), what: '着火', place: '路口', ...over }, null, () => 'now', 'https://a.cn')
  it('names the unit in words, or by the code on a label', () => {
    expect(body({ unitName: ' 甬江重工 ' })).toMatchObject({
      company: null,
      unit_name: '甬江重工',
      label: null,
      receivers: null,
    })
    expect(body({ unitName: '7kq2m-4xw9a' })).toMatchObject({ unit_name: null, label: 'https://a.cn/e/7KQ2M4XW9A' })
    expect(body({ label: '扫到的' })).toMatchObject({ label: '扫到的' })
    expect(lacks({ ...blankDraft(0), what: '着火', label: '扫到的' })).toEqual([])
    expect(body({ callerName: '老周' })).toMatchObject({ caller_name: '老周', caller_phone: null })
  })
})

describe('a report of what happened in another unit', () => {
  it('names it in words or by its label, and none of ours', () => {
    const draft = { ...blankDraft(0), what: '着火', elsewhere: true, label: '扫到的' }
    expect(strangersBody(draft, null, () => 'now', 'https://a.cn')).toMatchObject({
      company: null,
      elsewhere: true,
      label: '扫到的',
    })
    expect(isTouched({ ...blankDraft(0), elsewhere: true })).toBe(true)
  })
})

describe('an answer', () => {
  it('may be raised and never lowered, so no button is dead', () => {
    expect(canAnswer(null, 'received')).toBe(true)
    expect(canAnswer('received', 'need_help')).toBe(true)
    expect(canAnswer('need_help', 'on_site')).toBe(false)
    expect(canAnswer('on_site', 'received')).toBe(false)
  })
  it('to a call for help is told by name', () => {
    const call = { name: '李', phone: null, at: '', mine: true, called: 7, coming: [] }
    expect(sayComing(call)).toBe('已呼叫 7 人，还没有人回应')
    expect(sayComing({ ...call, coming: [{ name: '陈安澜', answer: 'received', word: '正在赶来' }] })).toBe(
      '陈安澜正在赶来',
    )
  })
})

describe('a report whose session is over', () => {
  const kept = new Map<string, string>()
  let sent: { url: string; header: Record<string, string>; data: string }[] = []
  let statuses: number[] = []
  beforeEach(() => {
    kept.clear()
    sent = []
    vi.resetModules()
    vi.stubGlobal('window', { location: { origin: 'https://a.cn' } })
    vi.stubGlobal('uni', {
      setStorageSync: (key: string, value: string) => kept.set(key, value),
      getStorageSync: (key: string) => kept.get(key) ?? '',
      removeStorageSync: (key: string) => void kept.delete(key),
      getStorageInfoSync: () => ({ keys: [...kept.keys()] }),
      request: (asked: {
        url: string
        header: Record<string, string>
        data: string
        success: (got: object) => void
      }) => {
        sent.push(asked)
        const status = statuses.shift() ?? 500
        const answer =
          status === 401
            ? { error: { code: 'session_expired', title: '登录已过期' } }
            : { number: 'KB261129-AAAA', created: true }
        asked.success({ statusCode: status, data: JSON.stringify(answer), header: {} })
      },
    })
  })

  it('goes without one at once, under the same key and with who it was', async () => {
    const session = await import('../src/state/session')
    const queue = await import('../src/services/sending/outbox')
    session.signedIn({
      token: 't',
      expires_at: '',
      person: { id: 'p1', name: '张', phone: '', login: '' },
      units: [],
      rights: {},
      must_change_password: false,
    } as never)
    const unit = { id: '7', name: '甬江' }
    const report = strangersBody({ ...blankDraft(0), what: '着火', place: '路口' }, '7', () => 'now', '')
    statuses = [401, 201]
    const key = queue.writeReport(report, unit, [])
    await queue.sendOne(key)
    expect(sent.map(({ url }) => url.replace(/.*v1/, ''))).toEqual(['/accidents', '/accidents/unsigned'])
    expect(sent[1].header.Authorization).toBeUndefined()
    expect(sent[1].header['Idempotency-Key']).toBe(key)
    expect(JSON.parse(sent[1].data)).toMatchObject({ company: '7', unit_name: '甬江', caller_name: '张', photos: [] })
    expect(queue.outbox.reported[key]).toEqual({ id: '', number: 'KB261129-AAAA' })
    expect(queue.outbox.items).toEqual([])
  })
})
