import { onBeforeUnmount, ref } from 'vue'

/** Seconds that run down to nothing: `start(60)` begins, `left` is what remains. */
export function useCountdown() {
  const left = ref(0)
  let until = 0
  let timer: number | undefined

  function tick(): void {
    left.value = Math.max(0, Math.ceil((until - Date.now()) / 1000))
    if (!left.value) stop()
  }
  function stop(): void {
    window.clearInterval(timer)
    timer = undefined
  }
  function start(seconds: number): void {
    until = Date.now() + seconds * 1000
    stop()
    tick()
    timer = window.setInterval(tick, 500)
  }
  onBeforeUnmount(stop)
  return { left, start }
}
