import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { asApiError, type ApiError } from '@/api/errors'
import { listRows } from '@/api/ledger/ledgers'
import type { Ledger, Page, Row } from '@/api/types'
import { changedIds } from '@/lib/ledger/news'
import { isFirstPage, readAddress, requestQuery, writeAddress, type ListQuery } from '@/lib/ledger/query'
import { useNetwork } from '@/stores/network'

export const PAGE_SIZE = 50
const GLOW = 4000

/** One list: what the address asks for, the page that answers it, and quiet refreshing. */
export function useList(ledger: Ledger) {
  const route = useRoute()
  const router = useRouter()
  const network = useNetwork()

  const query = computed(() => readAddress(route.query as Record<string, string>, ledger.filters))
  const wire = computed(() => requestQuery(query.value, ledger.filters, PAGE_SIZE))
  const page = shallowRef<Page | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(false)
  const fresh = ref(new Set<string>())
  const first = computed(() => isFirstPage(query.value))
  let stop: AbortController | undefined
  let glow: number | undefined

  const openId = computed(() => (typeof route.query.row === 'string' ? route.query.row : null))

  async function load(quiet = false): Promise<void> {
    stop?.abort()
    stop = new AbortController()
    const { signal } = stop
    if (!quiet) loading.value = true
    try {
      const answer = await listRows(ledger.name, wire.value, signal)
      if (quiet && page.value) shine(changedIds(page.value.items, answer.items))
      page.value = answer
      error.value = null
    } catch (thrown) {
      if (signal.aborted) return
      const problem = asApiError(thrown)
      // A lost line says so in the banner; what is on the screen may be read on.
      if (!quiet || problem.status > 0) error.value = problem
    } finally {
      if (!signal.aborted) loading.value = false
    }
  }

  /** Lets rows glow for a moment, so that the eye finds what is new. */
  function shine(ids: string[]): void {
    if (!ids.length) return
    fresh.value = new Set(ids)
    window.clearTimeout(glow)
    glow = window.setTimeout(() => (fresh.value = new Set()), GLOW)
  }

  /** Puts rows as they are now in the place of the old ones, without asking the server. */
  function replaceRows(rows: Row[]): void {
    if (!page.value) return
    const now = new Map(rows.map((row) => [row.id, row]))
    page.value = {
      ...page.value,
      items: page.value.items.map((row) => {
        const next = now.get(row.id)
        return next ? { ...next, values: { ...row.values, ...next.values } } : row
      }),
    }
    shine(rows.map((row) => row.id))
  }

  function address(next: ListQuery, row: string | null) {
    const view = typeof route.query.view === 'string' ? { view: route.query.view } : {}
    const query = { ...writeAddress(next), ...view, ...(row && { row }) }
    return { name: 'ledger', params: { ledger: ledger.name }, query }
  }

  /** Changes the question; a new question begins on its first page. */
  function ask(part: Partial<ListQuery>, replace = false): void {
    const next = { ...query.value, cursor: '', end: false, ...part }
    void (replace ? router.replace(address(next, null)) : router.push(address(next, null)))
  }

  /** Opens the details of a row, or closes them with null. */
  function open(row: string | null, replace = false): void {
    if (row === openId.value) return
    const to = address(query.value, row)
    void (replace ? router.replace(to) : router.push(to))
  }

  watch(wire, () => void load(), { immediate: true })
  watch(
    () => network.back,
    () => void load(true),
  )
  onBeforeUnmount(() => {
    stop?.abort()
    window.clearTimeout(glow)
  })

  return { query, wire, page, error, loading, fresh, first, openId, load, replaceRows, ask, open, shine }
}

export type List = ReturnType<typeof useList>
