/** What a form of any ledger does: goes on with a draft, checks, sends, and lets its photos follow the row. */

import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { askedNow, blankValues, bodyOf, fieldNamed, forForm, isEmpty, lacksOf } from '../logic/ledgers'
import { dropDraft, keepDraft, keptDraft, type RowDraft } from '../state/row-drafts'
import { ledgerNamed } from '../state/workbench'
import { draftPhotos } from './draft-photos'
import { newKey } from './keys'
import { actOn, createRow, editRow, readRow } from './ledger-door'
import type { Ledger, LedgerField, Row, RowAction, Values } from './ledger-shapes'
import { useAct } from './loading'
import { back, swap } from './nav'

const BLANK: RowDraft = { values: {}, photos: [], key: '', made: '', version: 0 }
type Query = Record<string, string | undefined>

/** The values that the way here brings: what a related list's new row is to name. */
function givenBy(ledger: Ledger, query: Query): Values {
  const field = query.by ? fieldNamed(ledger, query.by) : undefined
  if (!field || !query.of) return {}
  const one = { id: query.of, name: decodeURIComponent(query.word ?? '') }
  return { [field.name]: field.kind === 'references' ? [one] : one }
}

/** What a form holds while it is open. */
function formState() {
  return {
    query: {} as Query,
    row: null as Row | null,
    open: false,
    ledger: shallowRef<Ledger | null>(null),
    action: shallowRef<RowAction | null>(null),
    id: ref(''),
    draft: reactive<RowDraft>({ ...BLANK }),
    resumed: ref(false),
    kept: ref(true),
    tried: ref(false),
    ...useAct(),
  }
}
type State = ReturnType<typeof formState>

const what = ({ query }: State) => [query.ledger, query.id ?? 'new', query.action ?? ''].join('.')

/** What the page shows of it. */
function shown({ ledger, action, id, draft, tried, problem }: State) {
  const fields = computed<LedgerField[]>(() =>
    action.value ? action.value.fields : ledger.value ? askedNow(ledger.value, !id.value, draft.values) : [],
  )
  const lacking = computed(() => lacksOf(fields.value, draft.values))
  return {
    fields,
    lacking,
    lacks: computed(() => fields.value.filter(({ name }) => lacking.value[name]).map((one) => one.title)),
    wrongs: computed<Record<string, string>>(() => ({
      ...problem.value?.fields,
      ...(tried.value ? lacking.value : {}),
    })),
    /** What is wrong with something that this form does not ask. */
    elsewhere: computed(() =>
      Object.entries(problem.value?.fields ?? {})
        .filter(([name]) => !fields.value.some((one) => one.name === name))
        .map(([, words]) => words),
    ),
    silent: computed(() => ['offline', 'timeout', 'unreadable'].includes(problem.value?.code ?? '')),
    takesPhotos: computed(() => Boolean(ledger.value?.attachments) && !action.value),
    title: computed(() =>
      ledger.value ? (action.value?.title ?? `${id.value ? '修改' : '新增'}${ledger.value.noun}`) : '填写',
    ),
    button: computed(() => (draft.made ? '继续传照片' : (action.value?.title ?? (id.value ? '保存' : '登记')))),
  }
}

/** What it begins with when nothing was left unfinished. */
function fresh({ ledger, action, row, query }: State): RowDraft {
  if (action.value) return { ...BLANK, values: defaultsOf(action.value.fields) }
  if (row && ledger.value) return { ...BLANK, values: valuesOf(ledger.value, row), version: row.version }
  const usual = ledger.value ? blankValues(ledger.value, givenBy(ledger.value, query)) : {}
  return { ...BLANK, values: usual, key: newKey(Date.now(), 'row') }
}

const begin = (state: State, asked: Query) =>
  state.run(async () => {
    state.query = asked
    state.id.value = asked.id ?? ''
    const found = await ledgerNamed(asked.ledger ?? '')
    if (found && asked.id) state.row = await readRow(found.name, asked.id)
    state.action.value = found?.actions.find((one) => one.name === asked.action) ?? null
    const { create = false, edit = false } = found?.phone ?? {}
    if (!found || !(state.action.value || (asked.id ? edit : create))) return
    state.ledger.value = found
    // Who comes from a row means that one: an unfinished draft of something else waits.
    const left = asked.of ? null : keptDraft(what(state))
    state.resumed.value = left !== null
    Object.assign(state.draft, left ?? fresh(state))
    state.open = true
  })

function restart(state: State) {
  state.open = false
  dropDraft(what(state))
  Object.assign(state.draft, fresh(state))
  state.resumed.value = state.tried.value = false
  state.open = true
}

function finish(state: State, words: string, to: string | null) {
  state.open = false
  dropDraft(what(state))
  uni.showToast({ title: words, icon: 'none' })
  if (to) swap(to)
  else back()
}

/** The row first, then its photos: what is made stays made, and only what has not arrived is sent again. */
async function save(state: State, values: Values, photos: ReturnType<typeof draftPhotos>): Promise<void> {
  const { draft, action, id } = state
  const name = state.ledger.value?.name ?? ''
  if (action.value) {
    const { message } = await actOn(name, action.value.name, id.value, values)
    return finish(state, message ?? `已${action.value.title}`, null)
  }
  if (!draft.made) {
    const saved = id.value
      ? await editRow(name, id.value, draft.version, values)
      : await createRow(name, draft.key, values)
    draft.made = saved.id
  }
  await photos.send()
  if (draft.photos.some((photo) => !photo.remote && !photos.gone[photo.id]?.refused)) return
  const to = id.value ? null : `/pages/ledger/row?ledger=${name}&id=${draft.made}`
  finish(state, id.value ? '已保存' : '已登记', to)
}

export function useRowForm() {
  const state = formState()
  const { ledger, draft, kept, tried } = state
  const page = shown(state)
  const photos = draftPhotos(
    () => draft.photos,
    (list) => (draft.photos = list),
    () => (draft.made && ledger.value ? { ledger: ledger.value.name, id: draft.made } : null),
  )
  watch(draft, () => state.open && (kept.value = keepDraft(what(state), draft)), { deep: true, flush: 'sync' })

  function send() {
    tried.value = true
    if (!ledger.value || page.lacks.value.length) return
    void state.run(() => save(state, bodyOf(page.fields.value, draft.values), photos))
  }
  return {
    ...state,
    ...page,
    gone: photos.gone,
    open: (asked: Query) => begin(state, asked),
    write: (name: string, value: unknown) => void (draft.values = { ...draft.values, [name]: value }),
    addPhotos: photos.add,
    removePhoto: photos.remove,
    restart: () => restart(state),
    send,
  }
}

const defaultsOf = (fields: LedgerField[]): Values =>
  Object.fromEntries(fields.filter((one) => !isEmpty(one.default)).map((one) => [one.name, forForm(one, one.default)]))

const valuesOf = (ledger: Ledger, row: Row): Values =>
  Object.fromEntries(
    ledger.phone.form.flatMap((name) => {
      const field = fieldNamed(ledger, name)
      return field ? [[name, forForm(field, row.values[name])]] : []
    }),
  )
