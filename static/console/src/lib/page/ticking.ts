import { onBeforeUnmount, onMounted, ref } from 'vue'
import { clock } from '@/lib/moments'

/**
 * What the time is by the server's clock, in milliseconds, moving on each second for as long as the component lives.
 */
export function useNow() {
  const now = ref(Date.now() + clock.skew)
  let timer: number | undefined
  onMounted(() => (timer = window.setInterval(() => (now.value = Date.now() + clock.skew), 1000)))
  onBeforeUnmount(() => window.clearInterval(timer))
  return now
}
