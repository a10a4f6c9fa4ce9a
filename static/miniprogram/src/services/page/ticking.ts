/** The server's time, second by second, while the page is shown. */

import { onHide, onShow } from '@dcloudio/uni-app'
import { onUnmounted, ref } from 'vue'
import { serverNow } from '../../state/clock'

/** The moment (ms) by the server's clock. Reading the clock anew each time, a phone that slept is right at once. */
export function useServerTime() {
  const now = ref(serverNow())
  let timer: ReturnType<typeof setInterval> | undefined
  const stop = () => clearInterval(timer)
  onShow(() => {
    stop()
    now.value = serverNow()
    timer = setInterval(() => (now.value = serverNow()), 1000)
  })
  onHide(stop)
  onUnmounted(stop)
  return now
}
