/**
 * An address that was changed by hand on the web, or a link into the page that is shown.
 *
 * The framework keeps one page for a path and its place in the history, and never tells it of another query: the page
 * would go on showing what the old address meant. It is opened anew.
 */

// #ifdef H5
import { nextTick } from 'vue'
import { otherQuery } from '../../logic/links'

interface Router {
  afterEach(act: (to: { fullPath: string; meta: { route?: unknown } }) => void): void
}
interface Shown {
  $page?: { id: number; route?: string; fullPath: string }
}

/** The place in the history, as the framework counts it. */
const place = () => (window.history.state as { __id__?: number } | null)?.__id__ ?? 1

/** Call once, when the client starts. */
export function readsAddress(router: Router): void {
  router.afterEach(({ fullPath, meta }) => {
    void nextTick(() => {
      const pages = getCurrentPages() as unknown as Shown[]
      const kept = pages.find(({ $page }) => $page?.id === place() && $page.route === meta.route)
      if (kept?.$page && otherQuery(kept.$page.fullPath, fullPath)) window.location.reload()
    })
  })
}
// #endif
