import { onBeforeUnmount, onMounted, ref, watch } from 'vue'
import { listRows } from '@/api/ledger/ledgers'
import type { Ledger } from '@/api/types'
import { requestQuery } from '@/lib/ledger/query'
import { isLive, onLive } from '@/lib/page/live'
import { unseen } from '@/lib/ledger/news'
import { PAGE_SIZE, type List } from './useList'

const GATHER = 300
const POLL = 5000
/** Written by machines, a thousand rows at a time, and told to nobody row by row: looked for instead. */
const UNTOLD = new Set(['deliveries'])

/**
 * Brings news into a list. On the first page new rows come by themselves; further back they are only counted,
 * so that nothing moves under the reader's eyes.
 */
export function useNews(ledger: Ledger, list: List) {
  const waiting = ref(0)
  const seen = new Set<string>()
  let timer: number | undefined
  let poll: number | undefined
  let end: (() => void) | undefined
  let busy = false

  watch(list.page, (page) => page?.items.forEach((row) => seen.add(row.id)), { immediate: true })
  watch(list.wire, () => (waiting.value = 0))

  async function look(): Promise<void> {
    if (busy || document.hidden) return
    busy = true
    try {
      await list.load(true)
      if (!list.first.value) await count()
    } finally {
      busy = false
    }
  }

  async function count(): Promise<void> {
    const top = requestQuery({ ...list.query.value, cursor: '', end: false }, ledger.filters, PAGE_SIZE)
    const page = await listRows(ledger.name, top).catch(() => null)
    if (!page) return
    waiting.value = unseen(page.items, seen).length
  }

  /** Further back: remembers what the top looks like now, since whoever came by a link has not seen it. */
  async function remember(): Promise<void> {
    if (list.first.value) return
    const top = requestQuery({ ...list.query.value, cursor: '', end: false }, ledger.filters, PAGE_SIZE)
    const page = await listRows(ledger.name, top).catch(() => null)
    page?.items.forEach((row) => seen.add(row.id))
  }

  onMounted(() => {
    if (!ledger.live) return
    end = onLive((message) => {
      if (message.type === 'messages' || (message.type === 'changed' && message.ledger !== ledger.name)) return
      window.clearTimeout(timer)
      timer = window.setTimeout(() => void look(), GATHER)
    })
    poll = window.setInterval(() => (UNTOLD.has(ledger.name) || !isLive()) && void look(), POLL)
    watch(list.wire, () => void remember(), { immediate: true })
  })
  onBeforeUnmount(() => {
    end?.()
    window.clearTimeout(timer)
    window.clearInterval(poll)
  })

  return { waiting }
}
