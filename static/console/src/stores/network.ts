import { defineStore } from 'pinia'
import { ref } from 'vue'
import { hooks } from '@/api/client'
import { readSession } from '@/api/account/session'
import { backoff } from '@/lib/ledger/news'

/** Whether the server can be reached; `back` counts up each time it comes back, so that pages can load anew. */
export const useNetwork = defineStore('network', () => {
  const down = ref(false)
  const trying = ref(false)
  const back = ref(0)
  let tries = 0
  let timer: number | undefined

  function reached(ok: boolean): void {
    if (ok === !down.value) return
    down.value = !ok
    window.clearTimeout(timer)
    if (ok) {
      tries = 0
      back.value++
    } else {
      timer = window.setTimeout(retry, backoff(++tries) * 1000)
    }
  }

  /** Knocks once; any answer, even a refusal, means that the server is there. */
  async function retry(): Promise<void> {
    trying.value = true
    await readSession().catch(() => {})
    trying.value = false
    if (!down.value) return
    window.clearTimeout(timer)
    timer = window.setTimeout(retry, backoff(++tries) * 1000)
  }

  hooks.reached = reached
  window.addEventListener('online', () => down.value && void retry())
  return { down, trying, back, retry }
})
