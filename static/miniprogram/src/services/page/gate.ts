/** Lets a page be seen only by who is signed in; others come back to it after signing in. */

import { onShow } from '@dcloudio/uni-app'
import { toPassword, toSignIn } from './nav'
import { session } from '../../state/session'

/**
 * Call in a page's setup. `enter` runs each time the page comes to the front with a session, or while it is `open` to
 * all.
 */
export function behindSignIn(enter: () => void = () => undefined, open: () => boolean = () => false): void {
  onShow(() => {
    if (open()) return enter()
    if (!session.token) return toSignIn()
    if (session.mustChangePassword) return toPassword()
    enter()
  })
}
