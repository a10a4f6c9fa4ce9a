import { MessagePlugin } from 'tdesign-vue-next'
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { asApiError } from '@/api/errors'
import { decideMany, readOffers, type Decided, type Offer, type TaskItem } from '@/api/tasks/tasks'
import { bareOffers, failures } from '@/lib/tasks/tasks'

/**
 * Many tasks at once: which are chosen, what can be decided for them without a form, and what came of it. What they
 * offer is asked for as they are chosen, all in one request.
 */
export function useMany(items: Ref<TaskItem[]>, turned: () => unknown, load: () => Promise<void>) {
  const picked = ref(new Set<string>())
  const known = ref(new Map<string, Offer[]>())
  const results = shallowRef<{ title: string; rows: { name: string; result: Decided }[] } | null>(null)
  const busy = ref('')
  watch(turned, () => (picked.value = new Set()))
  watch(items, (now) => (picked.value = new Set([...picked.value].filter((id) => now.some((one) => one.id === id)))))
  const chosen = computed(() => items.value.filter((one) => picked.value.has(one.id)))
  watch(chosen, async (now) => {
    const asked = now.map((one) => one.id).filter((id) => !known.value.has(id))
    if (!asked.length) return
    const found = await readOffers(asked).catch(() => null)
    if (found) known.value = new Map([...known.value, ...asked.map((id) => [id, found[id] ?? []] as const)])
  })
  const ready = computed(() => chosen.value.every((one) => known.value.has(one.id)))
  const offers = computed(() => bareOffers(chosen.value.map(({ id }) => ({ id, offers: known.value.get(id) ?? [] }))))

  function toggle(id: string): void {
    const next = new Set(picked.value)
    if (!next.delete(id)) next.add(id)
    picked.value = next
  }
  const clear = () => (picked.value = new Set())
  const toggleAll = () =>
    (picked.value = picked.value.size === items.value.length ? new Set() : new Set(items.value.map(({ id }) => id)))

  async function decide(offer: { key: string; title: string; ids: string[] }): Promise<void> {
    busy.value = offer.key
    const names = new Map(chosen.value.map((one) => [one.id, `${one.number ?? ''} ${one.title}`.trim()]))
    try {
      const answer = await decideMany(offer.ids, offer.key)
      if (failures(answer))
        results.value = {
          title: offer.title,
          rows: answer.map((result) => ({ name: names.get(result.id) ?? result.id, result })),
        }
      else void MessagePlugin.success(`${offer.title}：${answer.length} 件都已办好。`)
      clear()
      known.value = new Map()
      await load()
    } catch (thrown) {
      void MessagePlugin.error(asApiError(thrown).body.message)
    } finally {
      busy.value = ''
    }
  }
  return { picked, results, busy, ready, offers, toggle, toggleAll, clear, decide }
}
