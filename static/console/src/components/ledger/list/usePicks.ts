import { computed, ref, watch, type Ref } from 'vue'
import type { Row } from '@/api/types'

/** Which rows are chosen, and on which one the keys j and k stand. */
export function usePicks(
  rows: Ref<Row[]>,
  openId: Ref<string | null>,
  question: Ref<string>,
  reopen: (id: string) => void,
) {
  const picked = ref(new Set<string>())
  const marked = ref<string | null>(null)
  const pickedRows = computed(() => rows.value.filter((row) => picked.value.has(row.id)))

  const clear = () => (picked.value = new Set())
  watch(question, () => {
    clear()
    marked.value = null
  })
  watch(openId, (id) => id && (marked.value = id), { immediate: true })
  // A row that is gone cannot be chosen any more.
  watch(rows, (now) => {
    const there = new Set(now.map((row) => row.id))
    if ([...picked.value].some((id) => !there.has(id)))
      picked.value = new Set([...picked.value].filter((id) => there.has(id)))
  })

  function toggle(id: string): void {
    const next = new Set(picked.value)
    if (!next.delete(id)) next.add(id)
    picked.value = next
  }
  function toggleAll(): void {
    picked.value = rows.value.every((row) => picked.value.has(row.id))
      ? new Set()
      : new Set(rows.value.map((row) => row.id))
  }
  /** One down or up; open details go along. */
  function move(step: 1 | -1): void {
    const at = rows.value.findIndex((row) => row.id === marked.value)
    const next = rows.value[at < 0 ? 0 : Math.min(rows.value.length - 1, Math.max(0, at + step))]
    if (!next) return
    marked.value = next.id
    if (openId.value) reopen(next.id)
  }
  /** Takes the row in and goes one down or up, so that a stretch of rows is chosen by one key. */
  function extend(step: 1 | -1): void {
    if (!marked.value) move(step)
    if (!marked.value) return
    picked.value = new Set([...picked.value, marked.value])
    move(step)
    picked.value = new Set([...picked.value, marked.value])
  }

  return { picked, pickedRows, marked, toggle, toggleAll, clear, move, extend }
}
