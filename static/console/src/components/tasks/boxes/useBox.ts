import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { asApiError, type ApiError } from '@/api/errors'
import type { PageOf } from '@/api/tasks/tasks'
import { useAsking } from '@/lib/page/asking'
import { boxWire, isTaskNews, readBox, writeBox, type BoxQuery } from '@/lib/tasks/tasks'
import { useTasks } from '@/stores/tasks'

const PAGE = 50
const GLOW = 4000

/**
 * A list of tasks or approvals: what the address asks for, the page that answers it, news, and the row that is open.
 */
export function useBox<Item extends { id: string; version?: number; state: string }>(
  boxes: { value: string }[],
  ask: (query: string, signal: AbortSignal) => Promise<PageOf<Item>>,
) {
  const route = useRoute()
  const router = useRouter()
  const store = useTasks()
  const query = computed(() => readBox(route.query, boxes))
  const wire = computed(() => boxWire(query.value, PAGE))
  const openId = computed(() => (typeof route.query.row === 'string' ? route.query.row : null))
  const page = shallowRef<PageOf<Item> | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(false)
  const fresh = ref(new Set<string>())
  const marked = ref<string | null>(null)
  const items = computed(() => page.value?.items ?? [])
  let stop: AbortController | undefined
  let glow: number | undefined

  async function load(quiet = true): Promise<void> {
    stop?.abort()
    stop = new AbortController()
    const { signal } = stop
    loading.value = !quiet
    try {
      const answer = await ask(wire.value, signal)
      if (quiet && page.value) shine(page.value.items, answer.items)
      page.value = answer
      store.counts = answer.counts
      error.value = null
    } catch (thrown) {
      if (!signal.aborted) error.value = asApiError(thrown)
    } finally {
      if (!signal.aborted) loading.value = false
    }
  }
  function shine(before: Item[], now: Item[]): void {
    const known = new Map(before.map((one) => [one.id, `${one.version ?? ''}${one.state}`]))
    const ids = now.filter((one) => known.get(one.id) !== `${one.version ?? ''}${one.state}`).map((one) => one.id)
    if (!ids.length) return
    fresh.value = new Set(ids)
    window.clearTimeout(glow)
    glow = window.setTimeout(() => (fresh.value = new Set()), GLOW)
  }

  const address = (next: BoxQuery, row: string | null) => ({ query: { ...writeBox(next, boxes), ...(row && { row }) } })
  /** Another question begins on its first page; another tab without the row of this one. */
  function put(part: Partial<BoxQuery>, replace = false): void {
    const to = address({ ...query.value, cursor: '', ...part }, null)
    void (replace ? router.replace(to) : router.push(to))
  }
  function open(row: string | null, replace = false): void {
    if (row === openId.value) return
    if (row) marked.value = row
    const to = address(query.value, row)
    void (replace ? router.replace(to) : router.push(to))
  }
  /** One row down or up; open details go along. */
  function move(step: 1 | -1): void {
    const at = items.value.findIndex((one) => one.id === (marked.value ?? openId.value))
    const next = items.value[at < 0 ? 0 : Math.min(items.value.length - 1, Math.max(0, at + step))]
    if (!next) return
    marked.value = next.id
    if (openId.value) open(next.id, true)
    document.querySelector(`[data-id="${CSS.escape(next.id)}"]`)?.scrollIntoView({ block: 'nearest' })
  }

  watch(
    wire,
    () => {
      page.value = null
      marked.value = openId.value
      void load(false)
    },
    { immediate: true },
  )
  useAsking(() => load(), isTaskNews)
  onBeforeUnmount(() => {
    stop?.abort()
    window.clearTimeout(glow)
  })
  return { query, page, items, error, loading, fresh, marked, openId, load, put, open, move }
}
