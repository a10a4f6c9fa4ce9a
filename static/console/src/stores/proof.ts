import { defineStore } from 'pinia'
import { ref } from 'vue'
import { hooks } from '@/api/client'
import { ApiError } from '@/api/errors'

/** What waits until the user has proved again who they are. */
export const useProof = defineStore('proof', () => {
  const by = ref<'password' | 'code' | null>(null)
  const waiting: { resolve: () => void; reject: (reason: unknown) => void }[] = []

  function given(): void {
    by.value = null
    for (const one of waiting.splice(0)) one.resolve()
  }

  function leave(): void {
    by.value = null
    const error = new ApiError(403, {
      code: 'proof_left',
      title: '没有确认',
      cause: '您关掉了确认窗口',
      advice: '要继续，请再点一次',
      message: '没有确认。',
      fields: {},
    })
    for (const one of waiting.splice(0)) one.reject(error)
  }

  hooks.proveAgain = (way) => {
    by.value = way
    return new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }))
  }

  return { by, given, leave }
})
