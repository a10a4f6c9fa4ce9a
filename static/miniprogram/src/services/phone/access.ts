/**
 * What the framework leaves out on the web: its buttons, boxes and pictures are elements that no browser knows.
 *
 * Here each gets its role, a name for who listens instead of looking, a place in the order of Tab, and the keys that a
 * button answers to. One observer for all pages, so no page can forget it.
 */

// #ifdef H5
const BUTTONS = 'uni-button, .uni-modal__btn'
const BOXES = 'uni-input, uni-textarea'
const PRESSED = '.pill'
const FAR = 5

/** Call once, when the client starts. */
export function openToAll(): void {
  const look = (root: ParentNode) => {
    each(root, BUTTONS, button)
    each(root, BOXES, box)
    each(root, 'uni-image', image)
    each(root, '.uni-modal', dialog)
    each(root, 'uni-toast', (one) => set(one, 'role', 'status'))
  }
  look(document.body)
  new MutationObserver((changes) => {
    for (const { target, type } of changes) {
      const changed = target instanceof Element ? target : target.parentElement
      if (!changed) continue
      look(type === 'childList' ? changed : (changed.parentElement ?? changed))
      const holder = type === 'childList' ? changed.closest(`${BUTTONS}, ${BOXES}`) : null
      if (holder?.parentElement) look(holder.parentElement)
    }
  }).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['disabled', 'class'],
  })
  document.addEventListener('keydown', press)
}

function each(root: ParentNode, kinds: string, act: (one: HTMLElement) => void): void {
  root.querySelectorAll<HTMLElement>(kinds).forEach(act)
}

function set(one: Element, name: string, value: string | null): void {
  if (value === null) one.removeAttribute(name)
  else if (one.getAttribute(name) !== value) one.setAttribute(name, value)
}

function button(one: HTMLElement): void {
  const off = one.hasAttribute('disabled')
  if (!one.hasAttribute('role')) set(one, 'role', 'button')
  set(one, 'tabindex', off ? '-1' : '0')
  set(one, 'aria-disabled', off ? 'true' : null)
  if (one.matches(PRESSED) && one.getAttribute('role') === 'button')
    set(one, 'aria-pressed', String(one.classList.contains('on')))
}

function box(one: HTMLElement): void {
  const inner = one.querySelector('input, textarea')
  if (!inner) return
  const hint = one.querySelector('.uni-input-placeholder, .uni-textarea-placeholder')
  set(inner, 'aria-label', one.getAttribute('aria-label') ?? (labelOf(one) || hint?.textContent?.trim() || null))
  set(inner, 'aria-invalid', one.classList.contains('wrong') ? 'true' : null)
}

/** The words of `.label` that stand before it, in its own part of the page or a part around it. */
function labelOf(one: Element): string {
  let around: Element | null = one
  for (let far = 0; around && far < FAR; far += 1, around = around.parentElement)
    for (let before = around.previousElementSibling; before; before = before.previousElementSibling) {
      const label = before.matches('.label') ? before : before.querySelector('.label')
      if (label) return label.textContent?.trim() ?? ''
      if (before.matches(BOXES)) break
    }
  return ''
}

/** A picture that says nothing of itself is told with what stands around it. */
function image(one: HTMLElement): void {
  const name = one.getAttribute('aria-label')
  set(one, 'role', name ? 'img' : null)
  set(one, 'aria-hidden', name ? null : 'true')
  const inner = one.querySelector('img')
  if (inner) set(inner, 'alt', name ?? '')
}

function dialog(one: HTMLElement): void {
  const title = one.querySelector('.uni-modal__title')?.textContent ?? one.querySelector('.uni-modal__bd')?.textContent
  set(one, 'role', 'alertdialog')
  set(one, 'aria-modal', 'true')
  set(one, 'aria-label', title?.trim() ?? null)
}

function press(event: KeyboardEvent): void {
  const target = event.target
  if (!(target instanceof HTMLElement) || target.getAttribute('role') === null || target.tagName === 'BUTTON') return
  const acts =
    (event.key === 'Enter' || event.key === ' ') &&
    /^(button|switch|tab|option)$/.test(target.getAttribute('role') ?? '')
  if (!acts || target.getAttribute('aria-disabled') === 'true') return
  event.preventDefault()
  event.stopPropagation()
  if (!event.repeat) target.click()
}
// #endif
