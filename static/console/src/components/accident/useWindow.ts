import { nextTick, onBeforeUnmount, onMounted, ref, watch, type Ref } from 'vue'
import { seen } from '@/lib/ledger/window'

/**
 * Which rows of a long list have to be drawn, as the page's scroll box (`[data-scroll]`) moves over it.
 * For paper all are drawn.
 */
export function useWindow(list: Ref<HTMLElement | undefined>, starts: Ref<number[]>) {
  const range = ref({ from: 0, to: 0 })
  let box: HTMLElement | null = null
  let frame = 0
  let paper = false

  function look(): void {
    frame = 0
    if (!list.value || !box) return
    const count = starts.value.length - 1
    const top = box.getBoundingClientRect().top - list.value.getBoundingClientRect().top
    const next = paper ? { from: 0, to: count } : seen(starts.value, Math.max(0, top), box.clientHeight)
    if (next.from !== range.value.from || next.to !== range.value.to) range.value = next
  }
  const later = () => (frame ||= window.requestAnimationFrame(look))
  const toPaper = () => {
    paper = true
    look()
  }
  const toScreen = () => {
    paper = false
    look()
  }
  const eye = new ResizeObserver(later)

  onMounted(() => {
    box = list.value?.closest<HTMLElement>('[data-scroll]') ?? null
    box?.addEventListener('scroll', later, { passive: true })
    if (box) eye.observe(box)
    window.addEventListener('beforeprint', toPaper)
    window.addEventListener('afterprint', toScreen)
    look()
  })
  watch(starts, () => void nextTick(look))
  onBeforeUnmount(() => {
    box?.removeEventListener('scroll', later)
    eye.disconnect()
    window.cancelAnimationFrame(frame)
    window.removeEventListener('beforeprint', toPaper)
    window.removeEventListener('afterprint', toScreen)
  })
  return { range }
}
