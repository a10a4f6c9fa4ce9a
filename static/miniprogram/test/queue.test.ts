import { describe, expect, it } from 'vitest'
import {
  afterAnswer,
  afterPhoto,
  arrived,
  backoff,
  due,
  endsRound,
  isItem,
  lacksPhotos,
  madeOn,
  mends,
  nextPhoto,
  sameAct,
  spare,
  tally,
  withOthers,
  type Report,
  type Scan,
} from '../src/logic/queue/queue'
import type { Accident } from '../src/services/shapes/door'
import { noAnswer, ownProblem, problemFromAnswer } from '../src/logic/problems'
import { sayArrived } from '../src/logic/queue/waiting'

const scan = (over: Partial<Scan> = {}): Scan => ({
  key: 'k1',
  person: { id: 'p1', name: '张建国' },
  unit: { id: 'u1', name: '甬江水务' },
  qr: 'https://a.cn/e/7K3QM9XW2A',
  scannedAt: '2026-11-22T07:58:00+08:00',
  place: null,
  state: 'waiting',
  tries: 0,
  dueAt: 1000,
  problem: null,
  ...over,
})
const answered = (status: number, code: string, extra = {}) =>
  problemFromAnswer(status, { error: { code, title: '不行', ...extra } })
const NOW = 50_000

describe('what an answer does to a scan', () => {
  it('lets go only of what is booked', () => {
    expect(afterAnswer(scan(), { ok: true, record: {} as never }, NOW)).toBeNull()
  })

  it.each([
    [401, 'session_expired'],
    [403, 'must_change_password'],
    [408, 'timeout'],
    [429, 'too_many'],
    [500, 'internal'],
    [503, 'busy'],
  ])('keeps it waiting after %i %s', (status, code) => {
    const left = afterAnswer(scan(), { ok: false, problem: answered(status, code) }, NOW)
    expect(left).toMatchObject({ key: 'k1', state: 'waiting', tries: 1 })
    expect(left!.dueAt).toBeGreaterThan(NOW)
  })

  it.each([400, 403, 404, 409, 413, 422])('shows %i as refused, with the cause', (status) => {
    const left = afterAnswer(scan(), { ok: false, problem: answered(status, 'unknown_qr') }, NOW)
    expect(left).toMatchObject({ state: 'failed', problem: { code: 'unknown_qr', title: '不行' } })
  })

  it('keeps it when nobody, or not our server, answered', () => {
    const gateway = problemFromAnswer(404, '<h1>not found</h1>')
    for (const problem of [noAnswer('offline'), noAnswer('timeout'), gateway])
      expect(afterAnswer(scan(), { ok: false, problem }, NOW)!.state).toBe('waiting')
  })

  it('waits as long as the server asks', () => {
    const left = afterAnswer(scan(), { ok: false, problem: answered(429, 'too_many', { retry_after: 900 }) }, NOW)
    expect(left!.dueAt).toBe(NOW + 900_000)
  })

  it('keeps key, moment and text through every try', () => {
    let item = scan()
    for (let tries = 0; tries < 12; tries++) item = afterAnswer(item, { ok: false, problem: noAnswer('timeout') }, NOW)!
    expect(item).toMatchObject({ key: 'k1', scannedAt: scan().scannedAt, qr: scan().qr, tries: 12 })
  })
})

describe('when scans go out', () => {
  it('waits longer after each try, five minutes at most', () => {
    const waits = Array.from({ length: 12 }, (_, at) => backoff(at + 1))
    expect(waits).toEqual([...waits].sort((a, b) => a - b))
    expect(waits[0]).toBe(2)
    expect(waits[11]).toBe(300)
  })

  it('sends the oldest first, only what is due, only mine, nothing refused', () => {
    const items = [
      scan({ key: 'late', scannedAt: '2026-11-22T09:00:00+08:00' }),
      scan({ key: 'early', scannedAt: '2026-11-22T07:00:00+08:00' }),
      scan({ key: 'not yet', dueAt: 99_000 }),
      scan({ key: 'his', person: { id: 'p2', name: '王' } }),
      scan({ key: 'refused', state: 'failed' }),
    ]
    expect(due(items, 'p1', NOW).map(({ key }) => key)).toEqual(['early', 'late'])
  })

  it('hurries when the network is back, but not against the server', () => {
    const mine = scan({ dueAt: 99_000, problem: noAnswer('offline') })
    const asked = scan({ key: 'k2', dueAt: 99_000, problem: answered(429, 'too_many', { retry_after: 60 }) })
    expect(due([mine, asked], 'p1', NOW, true).map(({ key }) => key)).toEqual(['k1'])
  })

  it('ends the round at silence, not at a refusal', () => {
    expect(endsRound(noAnswer('offline'))).toBe(true)
    expect(endsRound(answered(401, 'unauthenticated'))).toBe(true)
    expect(endsRound(answered(404, 'unknown_qr'))).toBe(false)
  })
})

describe('the same act', () => {
  const again = { person: scan().person, unit: scan().unit, qr: scan().qr, scannedAt: '2026-11-22T08:30:00+08:00' }
  it('is one scan per person, unit, code and day while it waits', () => {
    expect(sameAct([scan()], again)?.key).toBe('k1')
  })
  it.each([
    { scannedAt: '2026-11-23T07:58:00+08:00' },
    { qr: 'other' },
    { person: { id: 'p2', name: '' } },
    { unit: { id: 'u2', name: '' } },
  ])('is another one with %o', (over) => {
    expect(sameAct([scan()], { ...again, ...over })).toBeUndefined()
  })
  it('is another one after a refusal', () => {
    expect(sameAct([scan({ state: 'failed', problem: ownProblem('x', '', '', '') })], again)).toBeUndefined()
  })
})

it('counts for today only what this person did today', () => {
  const items = [scan(), scan({ person: { id: 'p2', name: '' } }), scan({ scannedAt: '2026-11-21T07:00:00+08:00' })]
  expect(madeOn(items, 'p1', '2026-11-22')).toEqual([scan()])
})

it('counts what home shows, and knows a scan from rubbish', () => {
  expect(tally([scan(), scan({ state: 'failed' }), scan()])).toEqual({ waiting: 2, failed: 0, refused: 1 })
  expect(tally([scan({ state: 'failed', seen: true })]), 'read, and never to be sent again').toEqual({
    waiting: 0,
    failed: 0,
    refused: 0,
  })
  expect(isItem(scan())).toBe(true)
  for (const rubbish of [null, 1, 'x', {}, { key: 'k' }]) expect(isItem(rubbish)).toBe(false)
})

describe('the photos of a report', () => {
  const report = (over: Partial<Report> = {}): Report => ({
    ...scan(),
    kind: 'report',
    madeAt: scan().scannedAt,
    body: { photos: ['71', '72'] } as never,
    accident: null,
    photos: [{ id: 'c', refused: false }],
    sent: [
      { id: 'a', remote: '71' },
      { id: 'b', remote: '72' },
    ],
    ...over,
  })
  const answer = (photos_gone?: string[]) =>
    ({ id: '5', number: 'KB1', photos_gone }) as Accident & { photos_gone?: string[] }

  it('is counted as what can be sent again until it has arrived', () => {
    expect(
      tally([report({ state: 'failed' }), report({ state: 'failed', accident: { id: '1', number: 'SG1' } })]),
    ).toEqual({ waiting: 0, failed: 1, refused: 1 })
  })

  it('goes once more from the phone where the server let it go', () => {
    const left = arrived(report(), answer(['72']))!
    expect(left).toMatchObject({ accident: { id: '5', number: 'KB1' }, photos: [{ id: 'c' }, { id: 'b' }], sent: [] })
    expect(spare(report(), left)).toEqual(['a'])
  })

  it('is kept on the phone until the report has arrived with it', () => {
    const waiting = { ...report(), tries: 1, problem: noAnswer('offline') }
    expect(spare(report(), waiting)).toEqual([])
    const done = arrived(report({ photos: [] }), answer([]))
    expect(done).toBeNull()
    expect(spare(report({ photos: [] }), done)).toEqual(['a', 'b'])
    const last = afterPhoto(arrived(report(), answer())!, 'c', null, NOW)
    expect(last).toBeNull()
    expect(spare(report(), last)).toEqual(['c', 'a', 'b'])
  })

  it('that was refused is replaced by another, which follows the words; or it is let go', () => {
    const refused = report({
      state: 'failed',
      accident: { id: '5', number: 'KB1' },
      photos: [{ id: 'c', refused: true }],
      problem: problemFromAnswer(415, { error: { code: 'not_a_photo', title: '这不是照片' } }),
    })
    expect([lacksPhotos(refused), lacksPhotos({ ...refused, accident: null }), mends(refused)]).toEqual([
      true,
      false,
      false,
    ])
    const again = withOthers(refused, ['d', 'e']) as Report
    expect(again).toMatchObject({ state: 'waiting', problem: null, accident: { number: 'KB1' }, body: refused.body })
    expect(nextPhoto(again)).toBe('d')
    const over = problemFromAnswer(409, { error: { code: 'closed', title: '事故已结束' } })
    expect(lacksPhotos({ ...refused, problem: over })).toBe(false)
    expect(sayArrived(refused)).toContain('文字已经报上去了（KB1），只差 1 张照片')
  })

  it('of before this kept nothing of what was sent', () => {
    const old = report({ sent: undefined })
    expect(spare(old, arrived(old, answer(['71'])))).toEqual([])
  })
})
