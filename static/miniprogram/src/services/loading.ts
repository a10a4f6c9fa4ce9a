/** A page's question to the server: busy, the problem, and asking again. */

import { ref } from 'vue'
import { Refused } from './http'
import type { Problem } from '../logic/problems'

/** Wrap an act so that its refusal becomes `problem` and its run is `busy`. A second call while busy does nothing. */
export function useAct() {
  const busy = ref(false)
  const problem = ref<Problem | null>(null)
  async function run(act: () => Promise<void>): Promise<void> {
    if (busy.value) return
    busy.value = true
    try {
      await act()
      problem.value = null
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      problem.value = error.problem
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, run }
}
