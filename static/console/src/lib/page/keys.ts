import { onBeforeUnmount, onMounted } from 'vue'

/** True while the user types, or a dialog lies on top: then single keys mean themselves. */
export function isBusy(target: EventTarget | null): boolean {
  const element = target instanceof HTMLElement ? target : null
  if (element?.closest('input, textarea, select, [contenteditable="true"]')) return true
  return [
    ...document.querySelectorAll<HTMLElement>(
      '.t-dialog__ctx, .t-drawer--open, .t-dialog__wrap, .t-image-viewer-preview-image',
    ),
  ].some((layer) => layer.offsetParent !== null || layer.getClientRects().length > 0)
}

/** Binds single keys for as long as the component lives: `{ j: next, k: previous }`. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>): void {
  const listen = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return
    const act = keys[event.key]
    if (!act || isBusy(event.target)) return
    event.preventDefault()
    act(event)
  }
  onMounted(() => document.addEventListener('keydown', listen))
  onBeforeUnmount(() => document.removeEventListener('keydown', listen))
}
