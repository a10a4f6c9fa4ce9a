/** Moving between pages. */

import { drop, get, put } from '../storage/store'
import { wayBack } from '../../logic/links'

export const HOME = '/pages/home/index'
const SIGN_IN = '/pages/sign-in/index'
const PASSWORD = '/pages/password/index'

let under: string | null = null

/** Open a page with nothing behind it. Two causes may ask for the same page at once; it opens once. */
function only(url: string): void {
  if (under === url) return
  under = url
  uni.reLaunch({ url, fail: () => undefined, complete: () => (under = null) })
}

/** Open a page on top. */
export const go = (url: string): void => void uni.navigateTo({ url, fail: () => only(url) })

/** Open a page in place of this one. */
export const swap = (url: string): void => void uni.redirectTo({ url, fail: () => only(url) })

/** Home, with nothing behind it. */
export const goHome = (): void => only(HOME)

/** One page back; home when there is none. */
export function back(): void {
  if (getCurrentPages().length > 1) uni.navigateBack({ delta: 1, fail: goHome })
  else goHome()
}

/** The page we are on, with its query, as `/pages/…`. */
export function whereWeAre(): string {
  const pages = getCurrentPages()
  const page = pages[pages.length - 1] as unknown as { route?: string; $page?: { fullPath?: string } } | undefined
  return page?.$page?.fullPath ?? (page?.route ? `/${page.route}` : HOME)
}

/** To the sign-in page, to come back to `from` afterwards. */
export function toSignIn(from = whereWeAre()): void {
  if (from.startsWith(SIGN_IN)) return
  if (!from.startsWith(PASSWORD)) put('return', from)
  only(SIGN_IN)
}

/** To the page where the first password is changed. */
export function toPassword(from = whereWeAre()): void {
  if (from.startsWith(PASSWORD)) return
  if (!from.startsWith(SIGN_IN)) put('return', from)
  only(`${PASSWORD}?due=1`)
}

/** Where one was before signing in. */
export function goBackToWork(): void {
  const kept = get<string>('return')
  drop('return')
  only(wayBack(kept))
}
