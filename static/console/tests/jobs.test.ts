import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Job } from '@/api/ledger/jobs'
import { useJobs } from '@/stores/jobs'

const job = (state: string): Job => ({ id: '7', kind: 'import_check', title: '检查人员导入', state }) as unknown as Job

/** What the server says of the job from now on. */
let state = 'running'
let answered = 0
beforeEach(() => {
  state = 'running'
  setActivePinia(createPinia())
  vi.useFakeTimers()
  vi.stubGlobal('window', globalThis)
  vi.stubGlobal('fetch', async (path: string) => {
    answered += 1
    return new Response(JSON.stringify(path.endsWith('/jobs') ? { items: [job(state)] } : job(state)))
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the end of long work is said once', () => {
  it('by the dialog that watches it, also if an older list comes late', async () => {
    const jobs = useJobs()
    const end = jobs.follow(job('running'), () => {})
    const old = job('running')
    state = 'done'
    await vi.advanceTimersByTimeAsync(5000)
    expect((await end).state).toBe('done')
    vi.stubGlobal('fetch', async (path: string) => {
      return new Response(JSON.stringify(path.endsWith('/jobs') ? { items: [old] } : job('done')))
    })
    await jobs.load()
    await vi.advanceTimersByTimeAsync(5000)
    expect([jobs.finished, jobs.running.length]).toEqual([null, 0])
  })

  it('by a word in the corner where its dialog was closed, though it ended at that moment', async () => {
    const jobs = useJobs()
    let gone = false
    const end = jobs.follow(
      job('running'),
      () => {},
      () => gone,
    )
    await vi.advanceTimersByTimeAsync(250)
    gone = true
    state = 'done'
    await vi.advanceTimersByTimeAsync(5000)
    expect((await end).state).toBe('done')
    expect(jobs.finished?.id).toBe('7')
  })

  it('and the word goes when a dialog is opened for it', async () => {
    const jobs = useJobs()
    await jobs.load()
    state = 'done'
    await vi.advanceTimersByTimeAsync(5000)
    expect(jobs.finished?.id).toBe('7')
    await jobs.follow(job('done'), () => {})
    expect(jobs.taken).toBe('7')
    expect(answered).toBeGreaterThan(0)
  })
})
