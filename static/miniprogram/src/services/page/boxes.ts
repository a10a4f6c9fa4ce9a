/** Lists of which one is shown, page by page: 待办 and 已办, my hazards and the unit's. */

import { onReachBottom } from '@dcloudio/uni-app'
import { ref, type Ref } from 'vue'
import { keptFresh } from './fresh'
import { isOld } from '../storage/kept'
import { useQuestion } from './loading'
import type { Page } from '../shapes/door'

const LIMIT = 20
const MOST = 100

/** Call in a page's setup, with the list that is shown first and how a page of a list is asked for. */
export function useBoxes<B extends string, T, P extends Page<T>>(
  first: B,
  ask: (asked: { box: B; cursor?: string; limit: number }) => Promise<P>,
  took: (page: P) => void = () => undefined,
) {
  const box = ref(first) as Ref<B>
  const items = ref([]) as Ref<T[]>
  const next = ref<string | null>(null)
  const loaded = ref(false)
  const { busy, problem, ask: question } = useQuestion()

  /** The first page anew, or one more behind it. Coming back keeps as much in sight as was there. */
  function load(cursor?: string) {
    const limit = cursor ? LIMIT : Math.min(MOST, Math.max(LIMIT, items.value.length))
    return question(
      () => ask({ box: box.value, cursor, limit }),
      (page) => {
        items.value = cursor ? [...items.value, ...page.items] : page.items
        next.value = page.next
        loaded.value = true
        took(page)
      },
    )
  }
  function show(wanted: B) {
    box.value = wanted
    items.value = []
    loaded.value = false
    void load()
  }
  keptFresh(() => load())
  onReachBottom(() => next.value && !busy.value && !isOld() && void load(next.value))
  return { box, items, loaded, busy, problem, ask: question, load, show }
}
