/** A page's question to the server: busy, the problem, and asking again. */

import { ref } from 'vue'
import { Refused } from '../doors/http'
import type { Problem } from '../../logic/problems'

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

/**
 * A question that may be asked anew while one is under way (another month, another filter):
 * the last one asked wins, an earlier one's answer or refusal is let go.
 */
export function useQuestion() {
  const busy = ref(false)
  const problem = ref<Problem | null>(null)
  let last = 0
  async function ask<T>(question: () => Promise<T>, take: (answer: T) => void): Promise<void> {
    const mine = ++last
    busy.value = true
    try {
      const answer = await question()
      if (mine !== last) return
      take(answer)
      problem.value = null
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      if (mine === last) problem.value = error.problem
    } finally {
      if (mine === last) busy.value = false
    }
  }
  return { busy, problem, ask }
}
