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

/** From now on, on every page: before any other listener hears of the key. */
export const guardPopups = () => window.addEventListener('keydown', closePopup, true)
