/** When somebody last did something here, in whichever tab: a console that nobody uses is signed out. */

const KEY = 'anban.used'
/** So long after the last touch a request is somebody's; later ones the page makes by itself. */
const THEIRS = 60_000
const WARN = 60_000

let here = Date.now()
let told = Date.now()

/** Somebody touched, typed or turned the wheel. Gives whether the server should hear of it by a request of its own. */
export function noteUse(now: number = Date.now()): boolean {
  here = now
  if (now - told < THEIRS) return false
  told = now
  try {
    localStorage.setItem(KEY, String(now))
  } catch {
    // Without storage each tab counts for itself.
  }
  return true
}

/** The last use in any tab. */
export function lastUse(): number {
  return Math.max(here, Number(localStorage.getItem(KEY)) || 0)
}

/**
 * Whether the page asks by itself: that must keep no session alive. A request that somebody made tells of their use.
 */
export function asksByItself(now: number = Date.now()): boolean {
  if (now - here > THEIRS) return true
  told = now
  return false
}

/** How it stands after `minutes` allowed: still fine, about to end (with the seconds left), or over. */
export function standing(
  minutes: number,
  used: number,
  now: number = Date.now(),
): { state: 'fine' | 'ending' | 'over'; left: number } {
  if (!minutes) return { state: 'fine', left: 0 }
  const rest = used + minutes * 60_000 - now
  if (rest <= 0) return { state: 'over', left: 0 }
  return { state: rest <= WARN ? 'ending' : 'fine', left: Math.ceil(rest / 1000) }
}
