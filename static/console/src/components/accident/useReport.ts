import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { asApiError, type ApiError } from '@/api/errors'
import {
  addTo,
  findSamePlace,
  readOptions,
  sendReport,
  type Reported,
  type ReportBody,
  type ReportOptions,
  type SamePlace,
} from '@/api/accidents/reporting'
import type { Field } from '@/api/types'
import { checkAll } from '@/lib/ledger/form'
import {
  blankDraft,
  bodyOf,
  gradeOf,
  isTouched,
  keepDraft,
  leftOut,
  readDraft,
  type Draft,
} from '@/lib/accidents/reporting'
import { asReference } from '@/lib/ledger/values'

/** A flash report being made (G02): what is typed is kept, and sent under one key however often one presses. */
export function useReport(account: string, ownCompany: unknown, now: () => string) {
  const kept = readDraft(account)
  const draft = reactive<Draft>(kept ?? blankDraft(ownCompany, now()))
  const old = ref(!!kept)
  const options = shallowRef<ReportOptions | null>(null)
  const wrong = reactive<Record<string, string>>({})
  const error = shallowRef<ApiError | null>(null)
  const busy = ref(false)
  const unit = computed(() => asReference(draft.values.company)?.id ?? '')
  const grade = computed(() => options.value && gradeOf(draft.values, options.value))
  watch(draft, () => keepDraft(account, draft), { deep: true })

  let turn = 0
  async function load(): Promise<void> {
    const mine = ++turn
    options.value = null
    try {
      const found = await readOptions(unit.value)
      if (mine !== turn) return
      options.value = found
      delete wrong.company
    } catch (thrown) {
      if (mine === turn) refuse(asApiError(thrown))
    }
  }
  // Places, groups and people are the unit's.
  watch(unit, () => {
    draft.values.site = null
    draft.values.grid = null
    draft.values.equipment = null
    draft.chosen = null
    void load()
  })
  void load()

  function set(name: string, value: unknown): void {
    draft.values[name] = value
    delete wrong[name]
    // A place of the grid is where enough.
    if (name === 'grid' && value) delete wrong.place
  }
  function clear(): void {
    Object.assign(draft, blankDraft(ownCompany, now()))
    blame({})
    error.value = null
    old.value = false
  }
  function blame(messages: Record<string, string>): void {
    for (const name of Object.keys(wrong)) delete wrong[name]
    Object.assign(wrong, messages)
  }
  function refuse(problem: ApiError): void {
    error.value = problem
    blame(problem.body.fields)
  }
  function check(fields: Field[]): boolean {
    const found = checkAll(fields, draft.values, false)
    if (draft.chosen && !draft.chosen.persons.length && !draft.chosen.groups.length)
      found['receivers.persons'] = '请至少选一个人或一个群，或者按预案通知。'
    blame(found)
    return !Object.keys(found).length
  }

  /** Open reports of the same place; none where that can't be found out. Null when something is to be mended first. */
  async function same(fields: Field[]): Promise<SamePlace[] | null> {
    if (busy.value) return null
    error.value = null
    if (!check(fields)) return null
    busy.value = true
    try {
      return await findSamePlace(bodyOf(draft), draft.key)
    } catch {
      return [] // whatever is wrong is said when it is sent: nobody is kept from reporting
    } finally {
      busy.value = false
    }
  }
  /** Adds what was filled in to a report that is there; null when it was refused. */
  async function add(id: string): Promise<Reported | null> {
    busy.value = true
    try {
      const made = await addTo(id, bodyOf(draft))
      clear()
      return made
    } catch (thrown) {
      refuse(asApiError(thrown))
      return null
    } finally {
      busy.value = false
    }
  }

  /**
   * Sends it. Gives what it became and what of the form did not get there; null when something is to be mended first.
   */
  async function send(fields: Field[]): Promise<{ made: Reported; left: string[] } | null> {
    if (busy.value) return null
    error.value = null
    if (!check(fields)) return null
    busy.value = true
    const body: ReportBody = bodyOf(draft)
    try {
      const made = await sendReport(body, draft.key)
      clear()
      return { made, left: made.created ? [] : leftOut(body, made) }
    } catch (thrown) {
      refuse(asApiError(thrown))
      return null
    } finally {
      busy.value = false
    }
  }

  return {
    draft,
    old,
    options,
    wrong,
    error,
    busy,
    unit,
    grade,
    touched: () => isTouched(draft),
    set,
    clear,
    load,
    same,
    add,
    send,
  }
}
