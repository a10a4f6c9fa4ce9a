import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { download } from '@/api/client'
import { jobFilePath, listJobs, readJob } from '@/api/session'
import type { Job } from '@/api/types'

const isOver = (job: Job) => job.state === 'done' || job.state === 'failed'

/** My long-running work. It goes on when its dialog is closed, and says so when it is done. */
export const useJobs = defineStore('jobs', () => {
  const jobs = ref<Job[]>([])
  /** Ids of work that a dialog is watching: it tells the user itself. */
  const watched = new Set<string>()
  const finished = ref<Job | null>(null)
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
      const told = watched.has(job.id) || !running.value.some((one) => one.id === job.id)
      if (!now || told) continue
      put(now)
      if (isOver(now)) finished.value = now
    }
    schedule()
  }

  async function load(): Promise<void> {
    jobs.value = await listJobs()
    schedule()
  }

  /** Follows one job to its end; `step` gets each state of it. A lost connection only makes it slower. */
  async function follow(job: Job, step: (job: Job) => void, gone: () => boolean = () => false): Promise<Job> {
    watched.add(job.id)
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
    }
  }

  function fetchFile(job: Job): void {
    download(jobFilePath(job.id), job.file?.name)
  }

  function clear(): void {
    jobs.value = []
    finished.value = null
  }

  return { jobs, running, finished, put, load, follow, fetchFile, clear }
})
