import { defineStore } from 'pinia'
import { ref } from 'vue'
import { countMessages } from '@/api/messages'
import { onLive } from '@/lib/live'

/** How many messages of mine are unread, live. */
export const useMessages = defineStore('messages', () => {
  const unread = ref(0)
  let listening = false

  function start(): void {
    if (!listening) {
      listening = true
      onLive((news) => {
        if (news.type === 'messages' && news.unread !== undefined) unread.value = news.unread
      })
    }
    void countMessages().then((answer) => (unread.value = answer.unread), () => undefined)
  }
  return { unread, start }
})
