import { shallowRef, watch, type Ref } from 'vue'
import { asApiError, type ApiError } from '@/api/errors'
import { readGiven, type Given } from '@/api/tasks/tasks'
import { useAsking } from '@/lib/page/asking'
import { isTaskNews } from '@/lib/tasks/tasks'

/** A given task, asked again when there is news. */
export function useGiven(id: Ref<string>) {
  const now = shallowRef<Given | null>(null)
  const error = shallowRef<ApiError | null>(null)
  async function load(): Promise<void> {
    const mine = id.value
    try {
      const answer = await readGiven(mine)
      if (mine === id.value) [now.value, error.value] = [answer, null]
    } catch (thrown) {
      if (mine === id.value) error.value = asApiError(thrown)
    }
  }
  watch(
    id,
    () => {
      now.value = null
      void load()
    },
    { immediate: true },
  )
  useAsking(load, isTaskNews)
  return { now, error, load }
}
