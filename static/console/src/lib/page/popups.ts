/** What TDesign opens over the page for a box: the lists of selects and trees, calendars. Hints are none of them. */
const OPEN = '.t-popup:not(.t-tooltip)'
const seen = (element: HTMLElement) =>
  element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden'

/**
 * Escape closes what a box has opened and nothing else: TDesign would hand the key on to the drawer below, and that
 * would ask to throw the form away. Its popups close by themselves when something else is pressed, so that is said.
 */
export function closePopup(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.isComposing) return
  if (![...document.querySelectorAll<HTMLElement>(OPEN)].some(seen)) return
  event.stopImmediatePropagation()
  event.preventDefault()
  document.body.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }))
}

/**
 * Enter in a box whose list is open takes what the arrows (or the mouse) are on, and never sends the form: TDesign 1.20
 * listens for it where its own input does not hand it on.
 */
export function takeMarked(event: KeyboardEvent): void {
  if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.isComposing) return
  if (!(event.target instanceof HTMLElement) || !event.target.closest('.t-select__wrap')) return
  const lists = [...document.querySelectorAll<HTMLElement>('.t-popup.t-select__dropdown')].filter(seen)
  if (!lists.length) return
  event.preventDefault()
  event.stopImmediatePropagation()
  const marked = lists.flatMap((list) => [...list.querySelectorAll<HTMLElement>('.t-select-option__hover')])
  const one = marked.find((each) => !each.matches(':hover')) ?? marked[0]
  one?.click()
}

/** Tab leaves a box, and its list with it: what stays open would lie over the boxes below. */
export function leaveList(event: KeyboardEvent): void {
  if (event.key !== 'Tab' || event.isComposing) return
  if (!(event.target instanceof HTMLElement) || !event.target.closest('.t-select__wrap')) return
  if ([...document.querySelectorAll<HTMLElement>('.t-popup.t-select__dropdown')].some(seen))
    document.body.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }))
}

/** From now on, on every page: before any other listener hears of the keys. */
export function guardPopups(): void {
  window.addEventListener('keydown', closePopup, true)
  window.addEventListener('keydown', takeMarked, true)
  window.addEventListener('keydown', leaveList, true)
}
