import { defineStore } from 'pinia'
import { ref } from 'vue'
import { countTasks, type Counts } from '@/api/tasks/tasks'
import { onLive } from '@/lib/page/live'
import { isTaskNews } from '@/lib/tasks/tasks'

const GATHER = 800
const SELDOM = 120_000

/** How much waits for me: the numbers on the badges. */
export const useTasks = defineStore('tasks', () => {
  const counts = ref<Counts>({ todo: 0, overdue: 0, approvals: 0, unread: 0 })
  let listening = false
  let timer: number | undefined

  const ask = () =>
    countTasks().then(
      (answer) => (counts.value = answer),
      () => undefined,
    )
  function soon(): void {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => void ask(), GATHER)
  }
  function start(): void {
    if (!listening) {
      listening = true
      onLive((news) => (news.type === 'hello' || isTaskNews(news)) && soon())
      // A deadline passes without any news.
      window.setInterval(() => !document.hidden && soon(), SELDOM)
    }
    void ask()
  }
  return { counts, start, soon }
})
