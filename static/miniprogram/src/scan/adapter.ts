/** `scan()`: the one way to the scanner of the container that we are in. */

import { hasScanner, scanWith, type Bridges, type Scanned } from './bridges'
import { containerOf, type Container } from './container'
// #ifdef H5
import { get } from '../services/storage/store'
import { prepareWecom, type Sdk, type Signed } from './wecom'
// #endif

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

/** True when the container has its own scanner, which then can be called. */
export async function findOwnScanner(): Promise<boolean> {
  // #ifdef H5
  if (here() === 'wecom' && !(await (wecom ??= prepareWecom(wecomPlace())))) return false
  // #endif
  return hasScanner(here(), bridges())
}

// #ifdef H5
let wecom: Promise<boolean> | null = null

const sdk = () => (window as { ww?: Sdk }).ww

const wecomPlace = () => ({
  app: get<string>('wecom') ?? '',
  url: location.href.split('#')[0],
  sign: async (app: string, url: string) => {
    const answer = await fetch(`/bots/wecom/${app}/jssdk?url=${encodeURIComponent(url)}`)
    if (!answer.ok) throw new Error(`not signed: ${answer.status}`)
    return ((await answer.json()) as { config: Signed }).config
  },
  load: () =>
    new Promise<Sdk>((resolve, reject) => {
      const script = document.createElement('script')
      script.src = `${import.meta.env.BASE_URL}wecom.js`
      script.onload = () => (sdk() ? resolve(sdk()!) : reject(new Error('no SDK')))
      script.onerror = () => reject(new Error('the SDK did not come'))
      document.head.append(script)
    }),
})
// #endif

/** Open the container's own scanner. Never throws. */
export const scan = (): Promise<Scanned> => scanWith(here(), bridges())
