/** What a form of any ledger does: goes on with a draft, checks, sends, and lets its photos follow the row. */

import { computed, reactive, ref, shallowRef, watch } from 'vue'
import {
  askedNow,
  blankValues,
  bodyOf,
  fieldNamed,
  forForm,
  isEmpty,
  lacksOf,
  newTitle,
} from '../../logic/ledger/ledgers'
import { noAnswer } from '../../logic/problems'
import { isRow, type NewRow } from '../../logic/queue/row-queue'
import { dropDraft, keepDraft, keptDraft, type RowDraft } from '../../state/row-drafts'
import { currentUnit } from '../../state/session'
import { ledgerNamed } from '../../state/workbench'
import { draftPhotos } from '../pictures/draft-photos'
import { newKey } from '../storage/keys'
import { Refused } from '../doors/http'
import { actOn, createRow, editRow, prepare, readRow } from '../doors/ledgers'
import type { Ledger, LedgerField, Row, RowAction, Values } from '../shapes/ledgers'
import { useAct } from './loading'
import { back, swap } from './nav'
import { outbox, replace, sendOne, writeRow } from '../sending/outbox'

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

/** The draft's name; `mend` is the key of what was refused and is put right. */
const what = ({ query }: State) => [query.ledger, query.id ?? query.mend ?? 'new', query.action ?? ''].join('.')

/** What was refused, and comes back to be put right. */
const refusedOne = ({ query }: State): NewRow | undefined =>
  query.mend ? outbox.items.filter(isRow).find(({ key, state }) => key === query.mend && state === 'failed') : undefined

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
      ledger.value ? (action.value?.title ?? (id.value ? `修改${ledger.value.noun}` : newTitle(ledger.value))) : '填写',
    ),
    button: computed(() =>
      draft.made ? '继续传照片' : (action.value?.title ?? (id.value ? '保存' : ledger.value?.create_title || '登记')),
    ),
  }
}

/** What it begins with when nothing was left unfinished. */
function fresh(state: State): RowDraft {
  const { ledger, action, row, query } = state
  const refused = refusedOne(state)
  if (refused) return { ...BLANK, ...takenBack(refused) }
  if (action.value) return { ...BLANK, values: defaultsOf(action.value.fields) }
  if (row && ledger.value) return { ...BLANK, values: valuesOf(ledger.value, row), version: row.version }
  const usual = ledger.value ? blankValues(ledger.value, givenBy(ledger.value, query)) : {}
  return { ...BLANK, values: usual, key: newKey(Date.now(), 'row') }
}

/** What was refused as a form holds it. */
const takenBack = ({ values, photos, key }: NewRow) => ({
  values,
  photos: photos.map(({ id }) => ({ id, remote: null })),
  key,
})

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
    void prepare(found)
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

/**
 * A new row that may wait: it is on the phone before it is sent. Without an answer it stays in the queue; what the
 * server refuses stays in the form, with its words.
 */
async function entrust(state: State): Promise<void> {
  const { draft, ledger } = state
  const { name, title, noun } = ledger.value!
  const { id, name: unit } = currentUnit.value ?? { id: '', name: '' }
  const fields = askedNow(ledger.value!, true, draft.values)
  writeRow(
    {
      key: draft.key,
      ledger: { name, title, noun },
      fields,
      values: draft.values,
      made: '',
      photos: draft.photos.map((one) => one.id),
    },
    { id, name: unit },
  )
  const { key } = draft
  const kept = outbox.safe
  state.open = false
  if (kept) dropDraft(what(state))
  await sendOne(key)
  const made = outbox.entered[key]
  const left = outbox.items.find((one) => one.key === key)
  if (left && isRow(left) && left.state === 'failed' && !left.made) {
    Object.assign(state, { query: { ...state.query, mend: key }, open: true })
    throw new Refused(left.problem!)
  }
  if (left && !made && !kept) {
    // The phone could not store it: what was written stays where it is seen.
    replace(key, null)
    state.open = true
    throw new Refused(noAnswer('offline'))
  }
  if (made)
    return finish(
      state,
      left ? '已登记，照片联网后再传' : doneWord(state),
      `/pages/ledger/row?ledger=${name}&id=${made}`,
    )
  finish(state, '已存在手机上，联网后自动发送', `/pages/ledger/list?ledger=${name}`)
}
const doneWord = ({ ledger }: State) => `已${ledger.value?.create_title || '登记'}`

/** The row first, then its photos: what is made stays made, and only what has not arrived is sent again. */
async function save(state: State, values: Values, photos: ReturnType<typeof draftPhotos>): Promise<void> {
  const { draft, action, id } = state
  const name = state.ledger.value?.name ?? ''
  if (action.value) {
    const { message } = await actOn(name, action.value.name, id.value, values)
    return finish(state, message ?? `已${action.value.title}`, null)
  }
  if (!id.value && state.ledger.value?.phone.offline) return entrust(state)
  if (!draft.made) {
    const saved = id.value
      ? await editRow(name, id.value, draft.version, values)
      : await createRow(name, draft.key, values)
    draft.made = saved.id
  }
  await photos.send()
  if (draft.photos.some((photo) => !photo.remote && !photos.gone[photo.id]?.refused)) return
  const to = id.value ? null : `/pages/ledger/row?ledger=${name}&id=${draft.made}`
  finish(state, id.value ? '已保存' : doneWord(state), to)
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
    open: async (asked: Query) => {
      await begin(state, asked)
      state.problem.value ??= refusedOne(state)?.problem ?? null
    },
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
