/** `scan()`: the one way to the scanner of the container that we are in. */

import { hasScanner, scanWith, type Bridges, type Scanned } from './bridges'
import { containerOf, type Container } from './container'

/** The container we are in. */
export function here(): Container {
  // #ifdef MP-WEIXIN
  return 'mp-weixin'
  // #endif
  // #ifdef H5
  return containerOf(navigator.userAgent, 'ZWJSBridge' in window)
  // #endif
}

function bridges(): Bridges {
  // #ifdef MP-WEIXIN
  return { uni: uni as unknown as Bridges['uni'] }
  // #endif
  // #ifdef H5
  return window as unknown as Bridges
  // #endif
}

/** True when the container has its own scanner. */
export const hasOwnScanner = (): boolean => hasScanner(here(), bridges())

/** Open the container's own scanner. Never throws. */
export const scan = (): Promise<Scanned> => scanWith(here(), bridges())
