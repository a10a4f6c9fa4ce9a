/** Seconds that run down, until somebody touches the screen. */

import { onUnmounted, ref } from 'vue'

/** `start(seconds, end)` runs down and calls `end`; `halt()` stops it for good until the next start. */
export function useCountdown() {
  const left = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  function halt() {
    clearInterval(timer)
    timer = undefined
    left.value = 0
  }

  function start(seconds: number, end: () => void) {
    halt()
    if (!seconds) return
    left.value = seconds
    timer = setInterval(() => {
      left.value -= 1
      if (left.value > 0) return
      halt()
      end()
    }, 1000)
  }

  onUnmounted(halt)
  return { left, start, halt }
}
