import { defineStore } from 'pinia'
import { ref } from 'vue'
import { countMessages } from '@/api/desk/messages'
import { isLive, onLive } from '@/lib/page/live'

const SELDOM = 15_000

/** How many messages of mine are unread: live, and looked for where news cannot come by itself. */
export const useMessages = defineStore('messages', () => {
  const unread = ref(0)
  let listening = false
  const ask = () =>
    countMessages().then(
      (answer) => (unread.value = answer.unread),
      () => undefined,
    )

  function start(): void {
    if (!listening) {
      listening = true
      onLive((news) => {
        if (news.type === 'messages' && news.unread !== undefined) unread.value = news.unread
        else if (news.type === 'hello') void ask()
      })
      window.setInterval(() => !isLive() && !document.hidden && void ask(), SELDOM)
    }
    void ask()
  }
  return { unread, start }
})
