/** What opens comes into view: a list, a form, an answer that would open below the edge of the screen. */

import { getCurrentInstance, nextTick, onMounted } from 'vue'

const AIR = 12

interface Box {
  top?: number
  bottom?: number
  height?: number
}

/** Scroll the page just so far that `selector` is seen whole, or from its top where it is higher than the screen. */
export function intoView(selector: string, within?: unknown): void {
  void nextTick(() => {
    const query = uni.createSelectorQuery()
    const inside = within ? query.in(within) : query
    inside.select(selector).boundingClientRect()
    inside.selectViewport().scrollOffset(() => undefined)
    inside.exec((found: [Box | null, { scrollTop?: number } | null]) => {
      const [box, page] = found
      if (!box) return
      const by = shift(box, uni.getSystemInfoSync().windowHeight)
      if (by)
        uni.pageScrollTo({ scrollTop: Math.max(0, (page?.scrollTop ?? 0) + by), duration: 200, fail: () => undefined })
    })
  })
}

/** How far to scroll: down for what ends below the edge, but never past its top; up for what begins above. */
export function shift({ top = 0, bottom = 0 }: Box, screen: number): number {
  if (top < 0) return top - AIR
  return bottom <= screen ? 0 : Math.min(bottom - screen + AIR, Math.max(0, top - AIR))
}

/** For a part that opens: called in its setup, with a selector of its outermost box. */
export function comesIntoView(selector: string): void {
  const self = getCurrentInstance()?.proxy
  onMounted(() => intoView(selector, self))
}
