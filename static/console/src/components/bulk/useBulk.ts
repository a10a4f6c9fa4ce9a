import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { MessagePlugin } from 'tdesign-vue-next'
import { countRows, type BulkAct, type Chosen } from '@/api/ledger/bulk'
import { asApiError } from '@/api/errors'
import type { Action, Ledger, Row } from '@/api/types'
import { exportOrder } from '@/lib/ledger/query'
import { tellWithUndo } from '@/lib/ledger/undo'
import type { List } from '@/components/ledger/list/useList'

interface Picks {
  picked: Ref<Set<string>>
  rows: Ref<Row[]>
  clear: () => void
}

/** What is done to many rows of a list at once: the ticked ones, or all that match. */
export function useBulk(ledger: Ledger, list: List, { picked, rows, clear }: Picks) {
  /** How many match, once all of them were chosen. */
  const all = ref<number | null>(null)
  const counting = ref(false)
  const doing = shallowRef<{ doing: 'edit' | 'delete' | Action; chosen: Chosen } | null>(null)
  const selectable = computed(
    () => !!ledger.bulk.edit.length || ledger.bulk.delete || ledger.actions.some((action) => action.where === 'bulk'),
  )
  const whole = computed(() => rows.value.length > 0 && rows.value.every((row) => picked.value.has(row.id)))
  const more = computed(() => whole.value && !!(list.page.value?.next || list.page.value?.previous))
  // Whoever takes one out again does not mean all of them any more.
  watch(whole, (now) => now || (all.value = null))

  async function chooseAll(): Promise<void> {
    counting.value = true
    try {
      const found = await countRows(ledger.name, list.wire.value)
      if (!found.exact) {
        void MessagePlugin.warning(
          `符合条件的超过 ${found.value.toLocaleString('en')} ${ledger.measure}，请先用筛选条件缩小范围。`,
        )
        return
      }
      all.value = found.value
    } catch (thrown) {
      void MessagePlugin.error(asApiError(thrown).message)
    } finally {
      counting.value = false
    }
  }

  function chosen(): Chosen {
    if (all.value === null) return { ids: [...picked.value] }
    const { q, filters } = exportOrder(list.query.value, ledger.filters, [], '')
    return { all: true, q, filters, count: all.value }
  }

  const open = (what: 'edit' | 'delete' | Action) => (doing.value = { doing: what, chosen: chosen() })
  /** A button for all that match is for many; for ticked rows it is the ledger's own dialog: false. */
  const act = (action: Action) => all.value !== null && !!open(action)

  function done(act: BulkAct): void {
    clear()
    void list.load(true)
    if (!act.refused) tellWithUndo(act, () => void list.load(true))
  }

  return { all, counting, doing, selectable, more, chooseAll, open, act, done }
}
