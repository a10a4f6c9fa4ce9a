import { computed, nextTick, reactive, ref, shallowRef } from 'vue'
import { asApiError, type ApiError } from '@/api/errors'
import { createRow, editRow } from '@/api/ledger/ledgers'
import type { Field, Ledger, Row, Values } from '@/api/types'
import {
  changedValues,
  checkAll,
  checkField,
  clashes,
  formGroups,
  isChanged,
  isWritable,
  startValues,
  type Clash,
} from '@/lib/ledger/form'

/** One open form: boxes, checks, saving, and what to do when somebody else was faster. */
/** `given`: what stands in a new one already, as from the row on which it is to hang. */
export function useForm(ledger: Ledger, opened: Row | null, given: Values = {}) {
  const editing = !!opened
  const base = shallowRef<Row | null>(opened)
  const groups = formGroups(ledger)
    .map((group) => ({ ...group, fields: group.fields.filter((field) => !field.readonly && field.kind !== 'facts') }))
    .filter((group) => group.fields.length)
  const fields: Field[] = groups.flatMap((group) => group.fields)
  let start = startValues(fields, opened)
  const values = reactive<Values>({ ...start, ...given })
  const wrong = reactive<Record<string, string>>({})
  const error = shallowRef<ApiError | null>(null)
  const conflict = shallowRef<{ now: Row; clashes: Clash[] } | null>(null)
  const busy = ref(false)

  const changed = computed(() => changedValues(fields, start, values, editing))
  const dirty = computed(() => isChanged(fields, start, values, editing))
  const locked = (field: Field) => !isWritable(field, editing)

  function set(field: Field, value: unknown): void {
    values[field.name] = value
    if (wrong[field.name]) recheck(field)
  }
  function recheck(field: Field): void {
    const message = checkField(field, values[field.name], editing)
    if (message) wrong[field.name] = message
    else delete wrong[field.name]
  }
  function blame(messages: Record<string, string>): void {
    for (const name of Object.keys(wrong)) delete wrong[name]
    Object.assign(wrong, messages)
    void nextTick(() => document.querySelector('.field.wrong')?.scrollIntoView({ block: 'center' }))
  }

  /** Sends it. Gives the row as saved, or null when something is to be mended first; nothing typed is lost. */
  async function save(): Promise<Row | null> {
    error.value = null
    const messages = checkAll(fields, values, editing)
    blame(messages)
    if (Object.keys(messages).length) return null
    if (editing && !Object.keys(changed.value).length) return base.value
    busy.value = true
    try {
      return editing
        ? await editRow(ledger.name, base.value!.id, base.value!.version, changed.value)
        : await createRow(ledger.name, changed.value)
    } catch (thrown) {
      refuse(asApiError(thrown))
      return null
    } finally {
      busy.value = false
    }
  }

  function refuse(problem: ApiError): void {
    const now = problem.body.details?.row as Row | undefined
    if (problem.code === 'changed_meanwhile' && now && base.value) {
      conflict.value = { now, clashes: clashes(fields, base.value, now, changed.value) }
      return
    }
    error.value = problem
    blame(problem.body.fields)
  }

  /** Goes on from the row as it is now: my changes stay where `keep` says so, everything else is theirs. */
  function settle(keep: boolean): void {
    const { now, clashes: found } = conflict.value!
    const mine = { ...values }
    const touched = new Set(Object.keys(changed.value))
    const theirs = new Set(found.filter((one) => one.both).map((one) => one.field.name))
    base.value = now
    start = startValues(fields, now)
    Object.assign(values, start)
    for (const name of touched) if (keep || !theirs.has(name)) values[name] = mine[name]
    conflict.value = null
  }

  return {
    editing,
    base,
    groups,
    fields,
    values,
    wrong,
    error,
    conflict,
    busy,
    dirty,
    locked,
    set,
    recheck,
    blame,
    save,
    settle,
  }
}
