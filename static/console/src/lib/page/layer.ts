import type { Directive } from 'vue'

const FOCUSABLE =
  'input:not([disabled]):not([type=hidden]):not([tabindex="-1"]), textarea:not([disabled]), select, button:not([disabled]):not([tabindex="-1"]), a[href], [tabindex="0"]'

interface Kept {
  before: Element | null
  end: () => void
}
const kept = new WeakMap<HTMLElement, Kept>()
type Send = (() => unknown) | undefined
interface Sending {
  element: HTMLElement
  send: Send
}
/** The open layers, the topmost last, and what Ctrl+Enter does in each. */
const open: Sending[] = []
/** Forms that stand in the page itself, the last one last: theirs is the key while no layer is open. */
const inPage: Sending[] = []

const frameOf = (element: HTMLElement): HTMLElement =>
  element.closest<HTMLElement>('.t-dialog, .t-drawer__content-wrapper') ?? element
const stops = (frame: HTMLElement) =>
  [...frame.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) => one.getClientRects().length > 0)

// Wherever the focus is: a press on a word, a switch or a photo that is gone takes it out of the form.
function sendTop(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing || event.repeat) return
  const send = open.length ? open.at(-1)!.send : pageSend(event.target)
  if (!send) return
  event.preventDefault()
  send()
}

/** What the form in the page sends; nothing while somebody types elsewhere: a remark, a search. */
function pageSend(target: EventTarget | null): Send {
  const form = inPage.at(-1)
  const box =
    target instanceof HTMLElement && target.closest('textarea, input:not([type=radio], [type=checkbox], [type=file])')
  return form && (!box || form.element.contains(box)) ? form.send : undefined
}
const listen = () => document.addEventListener('keydown', sendTop)
const rest = () => !open.length && !inPage.length && document.removeEventListener('keydown', sendTop)

/** `v-sends="send"` on a form in the page: Ctrl+Enter sends it, wherever the focus is. */
export const vSends: Directive<HTMLElement, Send> = {
  mounted(element, { value }) {
    inPage.push({ element, send: value })
    listen()
  },
  updated(element, { value }) {
    const form = inPage.find((one) => one.element === element)
    if (form) form.send = value
  },
  beforeUnmount(element) {
    const at = inPage.findIndex((one) => one.element === element)
    if (at >= 0) inPage.splice(at, 1)
    rest()
  },
}

/**
 * Escape presses the cross of the topmost layer. TDesign never forgets a dialog that is gone from the page, and
 * gives the key to nobody below it.
 */
export function closeTop(event: KeyboardEvent): void {
  const top = open.at(-1)
  if (!top || event.key !== 'Escape' || event.isComposing || document.querySelector('.t-image-viewer-preview-image'))
    return
  const cross = frameOf(top.element).querySelector<HTMLElement>('.t-dialog__close, .t-drawer__close-btn')
  if (!cross) return
  event.stopImmediatePropagation()
  event.preventDefault()
  cross.click()
}

/**
 * `v-layer` on the content of a dialog or drawer: the focus goes in, stays in with Tab, and goes back when it closes.
 * TDesign leaves the focus on the page below, where a keyboard user would be lost. `v-layer="send"`: Ctrl+Enter sends
 * it.
 */
export const vLayer: Directive<HTMLElement, Send> = {
  mounted(element, { value }) {
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
    listen()
    open.push({ element, send: value })
    kept.set(element, { before, end: () => frame.removeEventListener('keydown', trap) })
    const enter = () => {
      if (element.isConnected && !frameOf(element).contains(document.activeElement))
        (stops(element)[0] ?? stops(frameOf(element))[0])?.focus({ preventScroll: true })
    }
    // Once when it can be seen, and again after TDesign has taken the focus to its own outermost frame.
    for (const wait of [60, 350]) window.setTimeout(enter, wait)
  },
  updated(element, { value }) {
    const layer = open.find((one) => one.element === element)
    if (layer) layer.send = value
  },
  beforeUnmount(element) {
    const one = kept.get(element)
    one?.end()
    const at = open.findIndex((layer) => layer.element === element)
    if (at >= 0) open.splice(at, 1)
    rest()
    if (one?.before instanceof HTMLElement && one.before.isConnected) one.before.focus({ preventScroll: true })
  },
}
