import { onBeforeUpdate, onUpdated, type Ref } from 'vue'
import type { Row } from '@/api/types'

/**
 * Keeps what is being read where it is when rows come in above it.
 * At the very top nothing is held: there the new rows are what one wants to see.
 */
export function useAnchor(box: Ref<HTMLElement | undefined>, rows: () => Row[]): void {
  let before: Row[] = []
  let anchor: { id: string; top: number } | null = null
  const find = (id: string) => box.value?.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(id)}"]`)

  onBeforeUpdate(() => {
    anchor = null
    if (rows() === before || !box.value || box.value.scrollTop < 4) return
    const edge = box.value.scrollTop
    const line = [...box.value.querySelectorAll<HTMLElement>('tbody tr')].find(
      (row) => row.offsetTop + row.offsetHeight > edge + 40,
    )
    if (line?.dataset.id) anchor = { id: line.dataset.id, top: line.offsetTop - edge }
  })
  onUpdated(() => {
    before = rows()
    if (!anchor || !box.value) return
    const line = find(anchor.id)
    if (line) box.value.scrollTop = line.offsetTop - anchor.top
    anchor = null
  })
}
