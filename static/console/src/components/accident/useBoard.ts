import { onBeforeUnmount, reactive, ref, shallowRef, watch, type Ref } from 'vue'
import { readBoard } from '@/api/accidents/accidents'
import type { Board } from '@/api/accidents/accident-types'
import { asApiError, type ApiError } from '@/api/errors'
import type { Asked } from '@/lib/accidents/accidents'
import { useAsking } from '@/lib/page/asking'
import { learn } from '@/lib/moments'

const PAGE = 100
const MOST = 500 // the server gives no more people at once

/**
 * One accident's board: asked again at every news of accidents, and when the next step of escalation was due. Of the
 * people the first hundred, and as many more as were scrolled to (`more`): ten thousand answers cost no more than ten.
 */
export function useBoard(id: Ref<string>) {
  const board = shallowRef<Board | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(false)
  const asked = reactive<Asked>({ state: '', answer: '', q: '' })
  let wanted = PAGE
  let due: number | undefined
  let stop: AbortController | undefined

  async function load(): Promise<void> {
    stop?.abort()
    stop = new AbortController()
    const { signal } = stop
    loading.value = true
    try {
      const answer = await pages(signal)
      learn(answer.server_time)
      board.value = answer
      error.value = null
      awaitNext(answer)
    } catch (thrown) {
      if (!signal.aborted) error.value = asApiError(thrown)
    } finally {
      if (!signal.aborted) loading.value = false
    }
  }

  async function pages(signal: AbortSignal): Promise<Board> {
    const first = await readBoard(
      id.value,
      { ...asked, q: asked.q.trim(), offset: 0, limit: Math.min(wanted, MOST) },
      signal,
    )
    let last = first
    const people = [...first.people]
    while (last.next !== null && people.length < wanted) {
      last = await readBoard(
        id.value,
        { ...asked, q: asked.q.trim(), offset: last.next, limit: Math.min(wanted - people.length, MOST) },
        signal,
      )
      people.push(...last.people)
    }
    // Somebody may have moved from one page to the next while they were read.
    const notices = new Set<string>()
    return { ...last, people: people.filter((one) => !notices.has(one.notice) && notices.add(one.notice)) }
  }

  /** People further down (`all` for paper). */
  async function more(all = false): Promise<void> {
    if (!board.value || board.value.next === null || (loading.value && !all)) return
    wanted = all ? board.value.matching : board.value.people.length + PAGE
    await load()
  }

  /** Steps are told by no click: look a moment after the next one was due. */
  function awaitNext(answer: Board): void {
    window.clearTimeout(due)
    if (!answer.next_at) return
    const wait = Date.parse(answer.next_at) - Date.parse(answer.server_time) + 1500
    due = window.setTimeout(asking.soon, Math.min(Math.max(wait, 1500), 600_000))
  }

  const asking = useAsking(
    load,
    (news) => news.type === 'changed' && news.ledger === 'accidents' && (!news.id || news.id === id.value),
  )
  let typing: number | undefined
  watch(asked, () => {
    wanted = PAGE
    window.clearTimeout(typing)
    typing = window.setTimeout(() => void load(), 200)
  })
  watch(
    id,
    () => {
      board.value = null
      wanted = PAGE
      void load()
    },
    { immediate: true },
  )
  onBeforeUnmount(() => {
    stop?.abort()
    window.clearTimeout(due)
    window.clearTimeout(typing)
  })

  return { board, error, loading, asked, load, more }
}
