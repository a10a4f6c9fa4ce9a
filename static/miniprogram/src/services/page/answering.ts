/**
 * A screen that answers as a whole: it shakes the phone when it knows, and goes home by itself unless somebody touches
 * it.
 */

import { onHide } from '@dcloudio/uni-app'
import { watch } from 'vue'
import type { Outcome } from '../../logic/duty/outcome'
import { useCountdown } from './countdown'
import { goHome } from './nav'

/** `left` are the seconds until home; `halt` stops them, `home` goes at once. Called in a page's setup. */
export function useAnswer(outcome: () => Outcome | null) {
  const { left, start, halt } = useCountdown()
  watch(
    () => outcome()?.kind,
    (kind) => {
      const said = outcome()
      halt()
      if (!said || kind === 'busy') return
      start(said.stay, goHome)
      if (kind === 'good') uni.vibrateShort({ type: 'heavy', fail: () => undefined })
      else uni.vibrateLong({ fail: () => undefined })
    },
    { immediate: true },
  )
  onHide(halt)

  function home() {
    halt()
    goHome()
  }
  return { left, halt, home }
}
