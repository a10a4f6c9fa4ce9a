import { onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import { readBoard } from '@/api/accidents'
import type { Board } from '@/api/accident-types'
import { asApiError, type ApiError } from '@/api/errors'
import { useAsking } from '@/lib/asking'
import { learn } from '@/lib/moments'

/** One accident's board: asked again at every news of accidents, and when the next step of escalation was due. */
export function useBoard(id: Ref<string>) {
  const board = shallowRef<Board | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(false)
  let due: number | undefined
  let stop: AbortController | undefined

  async function load(): Promise<void> {
    stop?.abort()
    stop = new AbortController()
    const { signal } = stop
    loading.value = true
    try {
      const answer = await readBoard(id.value, signal)
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

  /** Steps are told by no click: look a moment after the next one was due. */
  function awaitNext(answer: Board): void {
    window.clearTimeout(due)
    if (!answer.next_at) return
    const wait = Date.parse(answer.next_at) - Date.parse(answer.server_time) + 1500
    due = window.setTimeout(asking.soon, Math.min(Math.max(wait, 1500), 600_000))
  }

  const asking = useAsking(load, (news) => news.type === 'changed' && news.ledger === 'accidents' && (!news.id || news.id === id.value))
  watch(id, () => {
    board.value = null
    void load()
  }, { immediate: true })
  onBeforeUnmount(() => {
    stop?.abort()
    window.clearTimeout(due)
  })

  return { board, error, loading, load }
}
