import { onMounted, shallowRef } from 'vue'
import { listRights } from '@/api/ledger/ledgers'
import { asApiError, type ApiError } from '@/api/errors'
import type { Rights } from '@/api/types'

const rights = shallowRef<Rights | null>(null)

/** All rights and scopes there are; asked for once. */
export function useRights() {
  const error = shallowRef<ApiError | null>(null)
  async function load(): Promise<void> {
    if (rights.value) return
    error.value = null
    try {
      rights.value = await listRights()
    } catch (thrown) {
      error.value = asApiError(thrown)
    }
  }
  onMounted(load)
  return { rights, error, load }
}
