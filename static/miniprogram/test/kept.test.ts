/** What stays readable without a signal: of whom, how much, and what is never taken from there. */
import { beforeEach, expect, it, vi } from 'vitest'
import type { Problem } from '../src/logic/problems'

const shelf = new Map<string, string>()
let route = 'pages/tasks/index'
vi.stubGlobal('uni', {
  setStorageSync: (key: string, value: string) => void shelf.set(key, value),
  getStorageSync: (key: string) => shelf.get(key) ?? '',
  removeStorageSync: (key: string) => void shelf.delete(key),
  getStorageInfoSync: () => ({ keys: [...shelf.keys()] }),
})
vi.stubGlobal('getCurrentPages', () => [{ route }])

const problem = (status: number) => ({ status, code: 'x', title: '', cause: '', advice: '' }) as unknown as Problem

async function phone(person = 'p1') {
  const [kept, { session, signedOut }, { Refused }] = await Promise.all([
    import('../src/services/storage/kept'),
    import('../src/state/session'),
    import('../src/services/doors/http'),
  ])
  session.person = { id: person, name: '', phone: '' } as typeof session.person
  const no = (status: number) => () => Promise.reject(new Refused(problem(status)))
  return { ...kept, no, signedOut }
}

beforeEach(() => {
  shelf.clear()
  route = 'pages/tasks/index'
  vi.resetModules()
})

it('shows what was seen last where nobody answers, and says since when', async () => {
  const { orSeen, old, isOld, no } = await phone()
  await orSeen('task', '1', async () => ({ title: '一' }))
  expect(isOld()).toBe(false)
  for (const silence of [0, 502, 503]) expect(await orSeen('task', '1', no(silence))).toEqual({ title: '一' })
  expect([isOld(), old.at > 0]).toEqual([true, true])
  route = 'pages/home/index'
  expect(isOld()).toBe(false)
  route = 'pages/tasks/index'
  expect(await orSeen('task', '1', async () => ({ title: '二' }))).toEqual({ title: '二' })
  expect(isOld()).toBe(false)
})

it('shows nothing instead of a refusal, of what was never seen, and of what another person saw', async () => {
  const { orSeen, no } = await phone()
  await orSeen('task', '1', async () => 'mine')
  for (const refusal of [401, 403, 404, 409, 429]) await expect(orSeen('task', '1', no(refusal))).rejects.toThrow()
  await expect(orSeen('task', '2', no(0))).rejects.toThrow()
  const other = await phone('p2')
  await expect(other.orSeen('task', '1', other.no(0))).rejects.toThrow()
})

it('keeps the forty seen last of a kind, and nothing after the sign-out', async () => {
  vi.useFakeTimers()
  const { see, seen, signedOut } = await phone()
  for (let number = 0; number < 60; number += 1) {
    vi.setSystemTime(1_000_000 + number)
    see('task', String(number), number)
  }
  see('case', '1', 'another kind')
  expect(seen('task', '19')).toBeNull()
  expect([seen('task', '20')?.answer, seen('task', '59')?.answer, seen('case', '1')?.answer]).toEqual([
    20,
    59,
    'another kind',
  ])
  signedOut('left')
  expect([...shelf.keys()].filter((key) => key.includes('seen'))).toEqual([])
  vi.useRealTimers()
})
