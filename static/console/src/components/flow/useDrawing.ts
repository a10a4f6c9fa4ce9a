import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import { MessagePlugin } from 'tdesign-vue-next'
import { asApiError, type ApiError } from '@/api/errors'
import {
  checkFlow,
  publishFlow,
  readDrawing,
  saveDrawing,
  type Definition,
  type Drawing,
  type Fault,
} from '@/api/tasks/flows'
import { readRow } from '@/api/ledger/ledgers'
import { copyOf, personsIn } from '@/lib/tasks/flows'
import { same } from '@/lib/ledger/values'

const PAUSE = 500

/**
 * One flow being drawn: what is on the screen, what is kept, what is wrong with it, and what to do if another was
 * faster.
 */
export function useDrawing(id: () => string) {
  const drawing = shallowRef<Drawing | null>(null)
  const definition = shallowRef<Definition>({ steps: [] })
  const faults = shallowRef<Fault[]>([])
  const doubts = shallowRef<Fault[]>([])
  const checked = ref(false)
  const error = shallowRef<ApiError | null>(null)
  const busy = ref<'save' | 'publish' | ''>('')
  const clash = shallowRef<Drawing | null>(null)
  /** Names of people whom the flow names by id. */
  const people = ref<Record<string, string>>({})
  const dirty = computed(() => !!drawing.value && !same(definition.value, drawing.value.definition))
  let timer: number | undefined
  let turn = 0

  function take(now: Drawing, keep = false): void {
    drawing.value = now
    if (!keep) definition.value = copyOf(now.definition)
    void learn()
  }
  async function learn(): Promise<void> {
    for (const one of personsIn(definition.value)) {
      if (people.value[one]) continue
      const row = await readRow('persons', one).catch(() => null)
      if (row) people.value = { ...people.value, [one]: row.label }
    }
  }
  async function load(): Promise<void> {
    try {
      take(await readDrawing(id()))
      error.value = null
    } catch (thrown) {
      error.value = asApiError(thrown)
    }
  }
  async function check(): Promise<void> {
    const mine = ++turn
    const found = await checkFlow(id(), definition.value).catch(() => null)
    if (mine !== turn || !found) return
    faults.value = found.faults
    doubts.value = found.doubts
    checked.value = true
  }
  watch(definition, () => {
    checked.value = false
    window.clearTimeout(timer)
    timer = window.setTimeout(() => drawing.value && void check(), PAUSE)
  })

  /** Keeps the draft; true if it is kept. `over` writes over what another has saved meanwhile. */
  async function save(over?: Drawing): Promise<boolean> {
    if (!drawing.value) return false
    busy.value = 'save'
    error.value = null
    try {
      take(await saveDrawing(id(), definition.value, (over ?? drawing.value).version), true)
      clash.value = null
      return true
    } catch (thrown) {
      const problem = asApiError(thrown)
      if (problem.code === 'changed_meanwhile') clash.value = await readDrawing(id()).catch(() => null)
      if (!clash.value) error.value = problem
      return false
    } finally {
      busy.value = ''
    }
  }
  async function publish(): Promise<boolean> {
    if (dirty.value && !(await save())) return false
    busy.value = 'publish'
    error.value = null
    try {
      take(await publishFlow(id()))
      void MessagePlugin.success(`已发布第 ${drawing.value?.published} 版。新发起的按它走，正在办的不受影响。`)
      return true
    } catch (thrown) {
      error.value = asApiError(thrown)
      const found = error.value.body.details?.faults as Fault[] | undefined
      if (found) faults.value = found
      return false
    } finally {
      busy.value = ''
    }
  }
  function takeTheirs(): void {
    if (clash.value) take(clash.value)
    clash.value = null
  }
  onBeforeUnmount(() => window.clearTimeout(timer))
  return {
    drawing,
    definition,
    faults,
    doubts,
    checked,
    error,
    busy,
    clash,
    people,
    dirty,
    load,
    save,
    publish,
    takeTheirs,
  }
}
