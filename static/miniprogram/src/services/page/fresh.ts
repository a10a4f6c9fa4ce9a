/**
 * A page that is kept fresh: asked when it comes to the front, when news comes, and now and then without a live line.
 */

import { onHide, onPullDownRefresh, onUnload } from '@dcloudio/uni-app'
import { behindSignIn } from './gate'
import { isLive, onNews } from '../phone/live'

const EVERY = 15_000

/**
 * Call in a page's setup. `enter` runs when it comes to the front, `fresh` (else `enter`) whenever something may be
 * new.
 */
export function keptFresh(enter: () => unknown, fresh: () => unknown = enter): void {
  let timer: ReturnType<typeof setInterval> | undefined
  let end: (() => void) | undefined
  const stop = () => {
    clearInterval(timer)
    end?.()
  }
  behindSignIn(() => {
    void enter()
    stop()
    end = onNews(() => void fresh())
    timer = setInterval(() => !isLive() && void fresh(), EVERY)
  })
  onHide(stop)
  onUnload(stop)
  onPullDownRefresh(() => void Promise.resolve(fresh()).then(() => uni.stopPullDownRefresh()))
}
