import { computed, ref, shallowRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { MessagePlugin } from 'tdesign-vue-next'
import {
  changeView,
  deleteView,
  listViews,
  saveView,
  type Question,
  type SavedView,
  type ViewWords,
} from '@/api/ledger/saved-views'
import { asApiError } from '@/api/errors'
import type { Ledger } from '@/api/types'
import type { List } from '@/components/ledger/list/useList'
import { exportOrder, viewAddress } from '@/lib/ledger/query'
import { same } from '@/lib/ledger/values'

/** In the address: no view, although one would open by itself. */
export const NONE = 'none'

/** The saved views of a list: which there are, which one is open, and opening, saving, changing them. */
export function useViews(ledger: Ledger, list: List) {
  const route = useRoute()
  const router = useRouter()
  const views = ref<SavedView[]>([])
  /** The columns of the open view; null where it says nothing of them. */
  const columns = shallowRef<string[] | null>(null)

  const id = computed(() => (typeof route.query.view === 'string' ? route.query.view : ''))
  const open = computed(() => views.value.find((view) => view.id === id.value) ?? null)
  const standard = computed(
    () =>
      views.value.find((view) => view.standard && view.mine && !view.shared) ??
      views.value.find((view) => view.standard),
  )

  function asked(shown: string[]): Question {
    const { q, filters, sort } = exportOrder(list.query.value, ledger.filters, [], '')
    return { q, filters, sort, columns: shown }
  }
  const filtersOf = (filters: Question['filters']) =>
    Object.fromEntries(
      Object.entries(filters).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
    )
  /** Whether the list shows something else than the open view says. */
  function isChanged(shown: string[]): boolean {
    const now = asked(shown)
    const view = open.value
    if (!view) return false
    const columnsSame = !view.columns.length || same(now.columns, view.columns)
    return (
      now.q !== view.q ||
      now.sort !== view.sort ||
      !same(filtersOf(now.filters), filtersOf(view.filters)) ||
      !columnsSame
    )
  }

  function show(view: SavedView | null, replace = false): void {
    columns.value = view?.columns.length ? view.columns : null
    const query = view ? { ...viewAddress(view), view: view.id } : standard.value ? { view: NONE } : {}
    void (replace ? router.replace({ ...route, query }) : router.push({ ...route, query }))
    if (view?.gone.length)
      void MessagePlugin.warning({
        content: `视图“${view.name}”里的${view.gone.join('、')}已经没有了，其余的照常显示。`,
        duration: 10000,
        closeBtn: true,
      })
  }

  /** Reads the views; an address that says nothing opens the standard one, and one that only names a view that. */
  async function load(): Promise<void> {
    views.value = await listViews(ledger.name).catch(() => [])
    if (route.params.ledger !== ledger.name) return
    const said = Object.keys(route.query).filter((name) => name !== 'view')
    if (said.length) {
      columns.value = open.value?.columns.length ? open.value.columns : null
      return
    }
    if (id.value && id.value !== NONE) {
      if (open.value) show(open.value, true)
      else void MessagePlugin.warning('这个视图已被删除，或者不再共享。现在显示全部。')
    } else if (!id.value && standard.value) show(standard.value, true)
  }

  async function attempt(work: () => Promise<unknown>, words: string): Promise<string> {
    try {
      await work()
      views.value = await listViews(ledger.name)
      void MessagePlugin.success(words)
      return ''
    } catch (thrown) {
      const error = asApiError(thrown)
      return Object.values(error.body.fields)[0] ?? error.message
    }
  }

  function add(words: ViewWords, shown: string[]): Promise<string> {
    return attempt(async () => {
      const made = await saveView(ledger.name, { ...asked(shown), ...words })
      views.value = [...views.value, made]
      show(made)
    }, `已保存视图：${words.name}。`)
  }
  const rename = (view: SavedView, words: ViewWords) => attempt(() => changeView(view.id, words), '已保存。')
  const update = (view: SavedView, shown: string[]) =>
    attempt(() => changeView(view.id, asked(shown)), `视图“${view.name}”已改成现在的样子。`)
  async function remove(view: SavedView): Promise<string> {
    const said = await attempt(() => deleteView(view.id), `已删除视图：${view.name}。`)
    if (!said && view.id === id.value) show(null)
    return said
  }

  void load()
  return { views, open, columns, isChanged, show, add, rename, update, remove }
}

export type Views = ReturnType<typeof useViews>
