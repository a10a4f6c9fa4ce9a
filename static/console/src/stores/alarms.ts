import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { answerAccident, answerCall, readAlarms } from '@/api/accidents/accidents'
import type { Alarm } from '@/api/accidents/accident-types'
import { isLive, onLive } from '@/lib/page/live'
import { isHeard, note, ring } from '@/lib/accidents/ringing'

const GATHER = 300
const REST = 2000 // between two questions: ten thousand answers are news too
const SELDOM = 10_000

/**
 * The accidents that break in on any page: asked at every news of accidents and of my messages, also while the tab is
 * hidden, and now and then where news can't come by itself. Each new alarm rings once in this browser.
 */
export const useAlarms = defineStore('alarms', () => {
  const all = ref<Alarm[]>([])
  const total = ref(0)
  /** Alarms that ask nothing of me and that I have put away here. */
  const away = ref<string[]>([])
  const items = computed(() => all.value.filter((one) => one.asks || !away.value.includes(one.key)))
  let asked = 0
  let timer: number | undefined
  let watchman: number | undefined
  let end: (() => void) | undefined

  async function load(): Promise<void> {
    asked = Date.now()
    const answer = await readAlarms()
    const fresh = answer.items.filter((one) => !isHeard(one.key))
    all.value = answer.items
    total.value = answer.total
    if (fresh.length) {
      fresh.forEach((one) => note(one.key))
      ring()
    }
  }
  const soon = () => {
    timer ??= window.setTimeout(
      () => {
        timer = undefined
        void load().catch(() => {})
      },
      Math.max(GATHER, asked + REST - Date.now()),
    )
  }

  function start(): void {
    if (end) return
    end = onLive((news) => (news.type !== 'changed' || news.ledger === 'accidents') && soon())
    watchman = window.setInterval(() => !isLive() && soon(), SELDOM)
    soon()
  }
  function stop(): void {
    end?.()
    end = undefined
    window.clearInterval(watchman)
    window.clearTimeout(timer)
    timer = undefined
    all.value = []
    total.value = 0
  }

  /** 收到, or 我马上到 to a call for help. */
  async function answer(one: Alarm): Promise<void> {
    await (one.asks === 'help' ? answerCall(one.id, 'received') : answerAccident(one.id, 'received'))
    await load()
  }
  const putAway = (one: Alarm) => (away.value = [...away.value, one.key])

  return { items, total, start, stop, load, answer, putAway }
})
