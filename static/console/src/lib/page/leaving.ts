import { onBeforeUnmount, shallowRef } from 'vue'
import type { RouteLocationNormalized, Router } from 'vue-router'

/** Doors one is shown to when the session is over: nothing is asked there. */
const OVER = ['sign-in', 'password']

/** Whether going there leaves a form that lies on the page: another page, or the browser's back and forward. */
export const leaves = (
  to: Pick<RouteLocationNormalized, 'path' | 'name'>,
  from: Pick<RouteLocationNormalized, 'path'>,
  back: boolean,
): boolean => !OVER.includes(String(to.name)) && (back || to.path !== from.path)

interface Form {
  unsaved: () => boolean
  gone: () => void
}
const forms: Form[] = []
const anyUnsaved = () => forms.some((form) => form.unsaved())
/** What waits for “close it all the same?”: called once with the answer. App draws the question (LeavingDialog). */
export const asking = shallowRef<((go: boolean) => void) | null>(null)

function ask(): Promise<boolean> {
  asking.value?.(false)
  return new Promise((resolve) => {
    asking.value = (go) => {
      asking.value = null
      resolve(go)
    }
  })
}

/** Asks before the browser's back, a link, or closing the window takes along what is typed in any open form. */
export function guardForms(router: Router): void {
  let back = false
  // Before the router hears of it. The step that undoes a refused one tells of itself as well, and of no way.
  window.addEventListener('popstate', () => ((back = true), window.setTimeout(() => (back = false))), { capture: true })
  window.addEventListener('beforeunload', (event) => anyUnsaved() && event.preventDefault())
  router.beforeEach(async (to, from) => {
    if (!anyUnsaved() || !leaves(to, from, back)) return true
    const go = await ask()
    if (go) for (const form of forms.filter((one) => one.unsaved())) form.gone()
    return go
  })
}

/**
 * For whatever holds what somebody typed and would lose it: `unsaved` says whether there is something to lose,
 * `gone` is called when it is left. Gives the way out by its own buttons, which asks first.
 */
export function useLeaving(unsaved: () => boolean, gone: () => void): { close: () => Promise<void> } {
  const form = { unsaved, gone }
  forms.push(form)
  onBeforeUnmount(() => forms.splice(forms.indexOf(form), 1))
  return { close: async () => void ((!unsaved() || (await ask())) && gone()) }
}
