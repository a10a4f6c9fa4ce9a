import { nextTick, ref, useTemplateRef } from 'vue'

/**
 * A box in which several are chosen one after the other, from the keyboard alone: name, arrow, Enter, next name. Its
 * list is opened anew after each, as TDesign keeps the place of the arrows over another search. The component names it
 * `ref="box"`.
 */
export function usePicking() {
  const box = useTemplateRef<{ $el: HTMLElement }>('box')
  const open = ref(false)
  async function next(): Promise<void> {
    open.value = false
    await nextTick()
    open.value = true
    await nextTick()
    box.value?.$el.querySelector('input')?.focus()
  }
  return { open, next }
}
