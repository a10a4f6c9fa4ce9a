import { ref } from 'vue'
import { MessagePlugin } from 'tdesign-vue-next'
import { asApiError } from '@/api/errors'
import { follow } from '@/api/tasks/tasks'

/**
 * Follows a thing or no more, and says so. `set` gives whether it is followed now, null where it could not be asked.
 */
export function useFollowing() {
  const busy = ref(false)
  async function set(kind: string, id: string, wanted: boolean): Promise<boolean | null> {
    busy.value = true
    try {
      const on = await follow(kind, id, wanted)
      void MessagePlugin.success(on ? '已关注，有进展会告诉您。' : '已取消关注。')
      return on
    } catch (thrown) {
      void MessagePlugin.error(asApiError(thrown).body.message)
      return null
    } finally {
      busy.value = false
    }
  }
  return { busy, set }
}
