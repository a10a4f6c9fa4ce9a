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
    last.scrollIntoView({ block: 'nearest' })
    if (last !== first) first.scrollIntoView({ block: 'nearest' })
  })
}
