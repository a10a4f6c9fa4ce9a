import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { download } from '@/api/client'
import { jobFilePath, listJobs, readJob } from '@/api/account/session'
import type { Job } from '@/api/ledger/jobs'

const isOver = (job: Job) => job.state === 'done' || job.state === 'failed'

/** My long-running work. It goes on when its dialog is closed, and says so when it is done. */
export const useJobs = defineStore('jobs', () => {
  const jobs = ref<Job[]>([])
  /** Ids of work that a dialog is watching: it tells the user itself. */
  const watched = new Set<string>()
  /** Ids of work whose end was told, here or by its dialog: once is enough. */
  const told = new Set<string>()
  /** What has just ended without a dialog that tells it. */
  const finished = ref<Job | null>(null)
  /** The work that a dialog tells of from now on: whatever else says the same goes. */
  const taken = ref('')
  let timer: number | undefined

  const running = computed(() => jobs.value.filter((job) => !isOver(job)))

  function put(job: Job): void {
    const index = jobs.value.findIndex((one) => one.id === job.id)
    if (index < 0) jobs.value.unshift(job)
    else jobs.value[index] = job
    schedule()
  }

  function schedule(): void {
    if (timer !== undefined || !running.value.length) return
    timer = window.setTimeout(poll, 1000)
  }

  async function poll(): Promise<void> {
    timer = undefined
    for (const job of running.value.filter((one) => !watched.has(one.id))) {
      const now = await readJob(job.id).catch(() => null)
      // A dialog may have begun to watch it meanwhile, and may even have told its end.
      if (!now || watched.has(job.id) || told.has(job.id)) continue
      put(now)
      tell(now)
    }
    schedule()
  }

  function tell(job: Job): void {
    if (!isOver(job) || told.has(job.id)) return
    told.add(job.id)
    finished.value = job
  }

  async function load(): Promise<void> {
    const listed = await listJobs()
    // A list that was asked for before the end of a job does not open it again.
    const ended = new Map(jobs.value.filter(isOver).map((job) => [job.id, job]))
    jobs.value = listed.map((job) => (isOver(job) ? job : (ended.get(job.id) ?? job)))
    schedule()
  }

  /** Follows one job to its end; `step` gets each state of it. A lost connection only makes it slower. */
  async function follow(job: Job, step: (job: Job) => void, gone: () => boolean = () => false): Promise<Job> {
    watched.add(job.id)
    taken.value = job.id
    put(job)
    let now = job
    let pause = 300
    try {
      while (!isOver(now) && !gone()) {
        await new Promise((resolve) => window.setTimeout(resolve, pause))
        pause = Math.min(1500, pause * 1.4)
        now = (await readJob(job.id).catch(() => null)) ?? now
        put(now)
        step(now)
      }
      return now
    } finally {
      watched.delete(job.id)
      if (gone()) tell(now)
      else if (isOver(now)) told.add(job.id)
    }
  }

  function fetchFile(job: Job): void {
    download(jobFilePath(job.id), job.file?.name)
  }

  function clear(): void {
    jobs.value = []
    told.clear()
    finished.value = null
  }

  return { jobs, running, finished, taken, put, load, follow, fetchFile, clear }
})
