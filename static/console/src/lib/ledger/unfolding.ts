import { nextTick } from 'vue'

/**
 * What a press opened comes into view, never past its beginning. It is what is around the button and called `box` (a
 * selector), or without one the button itself, which stands below a new line; `rows`: so many of its next siblings were
 * opened too, as in a tree.
 */
export function unfolds(event: Event, box = '', rows = 0): void {
  const button = event.currentTarget
  if (!(button instanceof Element)) return
  const first = (box && button.closest(box)) || button
  void nextTick(() => {
    let last = first
    for (let n = 0; n < rows && last.nextElementSibling; n += 1) last = last.nextElementSibling
    const bring = () => {
      last.scrollIntoView({ block: 'nearest' })
      if (last !== first) first.scrollIntoView({ block: 'nearest' })
    }
    bring()
    stay(last, bring)
  })
}

const SETTLING = 2000 // milliseconds within which what the server says of it has come
/** Again while what stands before it still grows (faults that the server found), until somebody scrolls or types. */
function stay(last: Element, bring: () => void): void {
  if (typeof ResizeObserver === 'undefined' || !last.parentElement) return
  const grown = new ResizeObserver(bring)
  for (const one of last.parentElement.children) grown.observe(one)
  const end = () => {
    grown.disconnect()
    for (const kind of ENDS) window.removeEventListener(kind, end)
    window.clearTimeout(timer)
  }
  for (const kind of ENDS) window.addEventListener(kind, end, { passive: true })
  const timer = window.setTimeout(end, SETTLING)
}
const ENDS = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const
