import { onBeforeUnmount, onMounted, watch } from 'vue'
import type { LiveMessage } from '@/api/types'
import { useNetwork } from '@/stores/network'
import { isLive, onLive } from './live'

const GATHER = 300
const REST = 3

/**
 * Asks again when there is news: gathers what comes together, never has two questions on the way, and rests three
 * times as long as the last answer took, so that a storm of answers neither freezes the page nor the server.
 * Where news cannot come by itself it looks every `poll` milliseconds.
 */
export function useAsking(ask: () => Promise<unknown>, isMine: (news: LiveMessage) => boolean, poll = 5000) {
  const network = useNetwork()
  let timer: number | undefined
  let watchman: number | undefined
  let end: (() => void) | undefined
  let busy = false
  let again = false
  let rest = 0

  function soon(): void {
    if (busy) again = true
    else timer ??= window.setTimeout(now, Math.max(GATHER, rest))
  }
  async function now(): Promise<void> {
    window.clearTimeout(timer)
    timer = undefined
    if (document.hidden) return void (again = true)
    busy = true
    again = false
    const began = performance.now()
    await ask().catch(() => {})
    rest = (performance.now() - began) * REST
    busy = false
    if (again) soon()
  }
  const shown = () => !document.hidden && again && soon()

  onMounted(() => {
    end = onLive((news) => (news.type === 'hello' || isMine(news)) && soon())
    watchman = window.setInterval(() => !isLive() && !busy && soon(), poll)
    document.addEventListener('visibilitychange', shown)
  })
  watch(() => network.back, soon)
  onBeforeUnmount(() => {
    end?.()
    window.clearTimeout(timer)
    window.clearInterval(watchman)
    document.removeEventListener('visibilitychange', shown)
    again = false
  })
  return { soon, now }
}
