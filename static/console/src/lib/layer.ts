import type { Directive } from 'vue'

const FOCUSABLE = 'input:not([disabled]):not([type=hidden]):not([tabindex="-1"]), textarea:not([disabled]), select, button:not([disabled]):not([tabindex="-1"]), a[href], [tabindex="0"]'

interface Kept {
  before: Element | null
  end: () => void
}
const kept = new WeakMap<HTMLElement, Kept>()

const frameOf = (element: HTMLElement): HTMLElement => element.closest<HTMLElement>('.t-dialog, .t-drawer__content-wrapper') ?? element
const stops = (frame: HTMLElement) => [...frame.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) => one.getClientRects().length > 0)

/**
 * `v-layer` on the content of a dialog or drawer: the focus goes in, stays in with Tab, and goes back when it closes.
 * TDesign leaves the focus on the page below, where a keyboard user would be lost.
 */
export const vLayer: Directive<HTMLElement> = {
  mounted(element) {
    const before = document.activeElement
    const trap = (event: KeyboardEvent) => {
      if (event.key !== 'Tab') return
      const all = stops(frameOf(element))
      const [first, last] = [all[0], all.at(-1)]
      const at = document.activeElement
      const outside = !frameOf(element).contains(at)
      if (!first || !last || (!outside && at !== (event.shiftKey ? first : last))) return
      event.preventDefault()
      ;(event.shiftKey ? last : first).focus()
    }
    const frame = frameOf(element)
    frame.addEventListener('keydown', trap)
    kept.set(element, { before, end: () => frame.removeEventListener('keydown', trap) })
    const enter = () => {
      if (element.isConnected && !frameOf(element).contains(document.activeElement)) (stops(element)[0] ?? stops(frameOf(element))[0])?.focus({ preventScroll: true })
    }
    // Once when it can be seen, and again after TDesign has taken the focus to its own outermost frame.
    for (const wait of [60, 350]) window.setTimeout(enter, wait)
  },
  beforeUnmount(element) {
    const one = kept.get(element)
    one?.end()
    if (one?.before instanceof HTMLElement && one.before.isConnected) one.before.focus({ preventScroll: true })
  },
}
