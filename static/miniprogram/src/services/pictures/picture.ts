/** A picture that only who is signed in may see, for what shows it. */

import { getCurrentInstance, onBeforeUnmount, onMounted, ref, watch } from 'vue'
import { readPicture, type Size } from '../doors/door'

/** How far below the screen a picture is fetched, in pixels: so it is there when a thumb gets to it. */
const AHEAD = 300

/**
 * Pictures of one photo in `sizes`, the small one first; each takes the place of the one before.
 *
 * Fetched when the element `.picture-here` of the component comes near the screen. `source` is empty until the first is
 * there, `lost` says that none came; `look` shows it whole, or asks once more.
 */
export function usePicture(url: () => string, sizes: Size[] = ['thumbnail']) {
  const source = ref('')
  const lost = ref(false)
  let near = false

  async function fetch() {
    const wanted = url()
    lost.value = false
    for (const size of sizes) {
      const found = await readPicture(wanted, size)
      if (wanted !== url()) return
      source.value = found || source.value
    }
    lost.value = !source.value
  }
  async function look() {
    if (!source.value) return fetch()
    const whole = await readPicture(url(), 'full')
    uni.previewImage({ urls: [whole || source.value] })
  }
  watch(url, () => {
    source.value = ''
    if (near) void fetch()
  })
  whenNear(() => {
    near = true
    void fetch()
  })
  return { source, lost, look }
}

/** Call once, when the component's `.picture-here` is near what the screen shows. */
function whenNear(act: () => void): void {
  const component = getCurrentInstance()?.proxy
  let watching: UniApp.IntersectionObserver | undefined
  const stop = () => {
    watching?.disconnect()
    watching = undefined
  }
  onMounted(() => {
    watching = uni.createIntersectionObserver(component)
    watching.relativeToViewport({ bottom: AHEAD, top: AHEAD }).observe('.picture-here', ({ intersectionRatio }) => {
      if (!(intersectionRatio > 0)) return
      stop()
      act()
    })
  })
  onBeforeUnmount(stop)
}
