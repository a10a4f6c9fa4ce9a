/** The accident report that is being filled in on this phone: kept with every stroke, sent through the queue. */

import { computed, reactive, ref, watch } from 'vue'
import type { SamePlace } from '../logic/accidents/accident'
import {
  blankDraft,
  bodyOf,
  isTouched,
  keptDraft,
  lacks,
  pathOf,
  placeOf,
  strangersBody,
  type Draft,
} from '../logic/accidents/draft'
import { isoLocal } from '../logic/moments'
import type { Report } from '../logic/queue/queue'
import { isFinal, noAnswer, type Problem } from '../logic/problems'
import { addToAccident, findSamePlace, readOptions, reportAccident, reportUnsigned } from '../services/doors/door'
import { draftPhotos } from '../services/pictures/draft-photos'
import { Refused } from '../services/doors/http'
import { newKey } from '../services/storage/keys'
import { serverOrigin } from '../services/doors/origin'
import { sendOne, writePhotos, writeReport } from '../services/sending/outbox'
import * as photos from '../services/pictures/photos'
import { drop, get, put } from '../services/storage/store'
import { placeNow } from '../services/phone/place'
import type { Accident, Options, ReportBody } from '../services/shapes/door'
import { clock, serverNow } from './clock'
import { currentUnit, session } from './session'
import { now as today } from './today'

const KEY = 'report'
const OLD = 2 * 3600_000
const PATIENCE = 15_000

export const draft = reactive<Draft>(keptDraft(get<Draft>(KEY), serverNow()))

/** What may be chosen; the last known while there is no network. */
export const options = ref<Options | null>(null)

/** False when the phone could not keep what was typed. */
export const kept = ref(true)

watch(
  draft,
  () => {
    if (!isTouched(draft)) return drop(KEY)
    draft.changedAt = serverNow()
    kept.value = put(KEY, draft)
  },
  { deep: true, flush: 'sync' },
)

/** Come to the form: an untouched draft begins now. Gives true when an older one is lying there. */
export function begin(now = serverNow()): boolean {
  Object.assign(draft, keptDraft(get<Draft>(KEY), now))
  if (!isTouched(draft)) draft.begunAt = now
  draft.photos.forEach(({ id }) => void photos.read(id))
  void pictures.send()
  return isTouched(draft) && now - draft.changedAt > OLD
}

// A phone learns what time it is with the first answer: what nobody has touched begins then.
watch(
  () => clock.offset,
  () => isTouched(draft) || (draft.begunAt = serverNow()),
)

/** Throw away what was filled in. */
export function clear(): void {
  draft.photos.forEach(({ id }) => photos.forget(id))
  Object.assign(draft, blankDraft(serverNow()))
}

/** Ask what may be chosen; silence leaves what is known. */
export async function loadOptions(): Promise<void> {
  if (!ownUnit.value) return void (options.value = null)
  const unit = ownUnit.value.id
  const known = get<{ unit?: string; options: Options }>('options')
  options.value = known && known.unit === unit ? known.options : null
  try {
    options.value = await readOptions(unit)
    put('options', { unit, options: options.value })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}

/** Its photos begin to go at once, so that the first cards can carry one. */
export const pictures = draftPhotos(
  () => draft.photos,
  (list) => (draft.photos = list),
  () => 'accidents',
)

/** The unit that the person belongs to. */
export const homeUnit = computed(() =>
  currentUnit.value?.state === 'approved' && session.token && !session.mustChangePassword ? currentUnit.value : null,
)
/** The unit that is reported for as one of its people, or null: then they report as a stranger, and say which unit. */
export const ownUnit = computed(() => (draft.elsewhere ? null : homeUnit.value))

/** It happened in another unit (`label`: what was scanned there), or in one's own after all. */
export function setElsewhere(yes: boolean, label = ''): void {
  Object.assign(draft, {
    elsewhere: yes,
    label,
    unitName: '',
    site: null,
    grid: null,
    equipment: null,
    receivers: null,
  })
}
// What was chosen of one unit's ledgers is nothing in another's.
watch(
  () => ownUnit.value?.id,
  (id, before) => id && before && Object.assign(draft, { site: null, grid: null, equipment: null }),
)
/** Whether the queue can carry a report: somebody is signed in and may use it. */
export const queued = computed(() => Boolean(session.token && session.person?.id && !session.mustChangePassword))

/** What is known of where one is without asking: the equipment that one works at today, else the position. */
export function hereNow(): { place: string; lng: number | null; lat: number | null } {
  const last = today.view?.records[0]?.equipment
  const at = placeNow()
  return {
    place: last ? [last.location, last.name].filter(Boolean).join(' ') : '',
    lng: at?.lng ?? null,
    lat: at?.lat ?? null,
  }
}

/** Whether the form says where, or it is known without. */
export const knowsWhere = (): boolean => !lacks({ ...draft, what: '-', ...(placeOf(draft) ? {} : hereNow()) }).length

/** Put what is known of where one is into a form that does not say. */
function fillPlace(): void {
  if (placeOf(draft)) return
  const { place, lng, lat } = hereNow()
  // A label that was scanned says better where it is.
  Object.assign(draft, draft.label ? { lng, lat } : { place, lng, lat })
}

/** Write the report down, empty the form, and send it. Gives its key; '' where it is sent without the queue. */
export function submit(): string {
  fillPlace()
  const unit = ownUnit.value
  if (!queued.value) {
    const known = currentUnit.value
    const body = strangersBody(draft, known?.id ?? null, isoLocal, serverOrigin() ?? '')
    void sendUnsigned({
      ...body,
      unit_name: known?.name ?? body.unit_name,
      caller_name: body.caller_name ?? session.person?.name ?? null,
    })
    return ''
  }
  const waits = draft.elsewhere ? null : currentUnit.value
  // A label that nobody could look up yet may be another unit's: then the server says whose people are to hear.
  const open = draft.label && !draft.site && !draft.grid && !draft.equipment
  const body = unit
    ? bodyOf(draft, open ? null : unit.id, isoLocal)
    : {
        ...strangersBody(draft, waits?.id ?? null, isoLocal, serverOrigin() ?? ''),
        ...(waits ? { unit_name: waits.name } : {}),
      }
  const key = writeReport(
    body,
    unit ?? waits ?? { id: '', name: draft.unitName },
    [...draft.photos],
    unit ? draft.receivers?.persons : [],
    { grid: draft.grid, equipment: draft.equipment },
  )
  Object.assign(draft, blankDraft(serverNow()))
  void sendOne(key)
  return key
}

/**
 * A report outside of the queue: by who is not signed in, or must change the password first. It is tried until it
 * goes.
 */
export const unsigned = reactive<{
  state: '' | 'sending' | 'sent' | 'failed'
  number: string
  known: boolean
  problem: Problem | null
}>({ state: '', number: '', known: false, problem: null })
const AGAIN = 5000

async function sendUnsigned(body: ReportBody): Promise<void> {
  const going = () => unsigned.state === 'sending'
  if (going()) return
  Object.assign(unsigned, { state: 'sending', number: '', known: false, problem: null })
  // The same key after a reload of the page: what has arrived already is not made twice.
  const key = get<string>('unsigned') ?? newKey(Date.now(), 'report')
  put('unsigned', key)
  const send = () =>
    session.token && session.mustChangePassword
      ? reportAccident(key, body, PATIENCE)
      : reportUnsigned(key, body, PATIENCE)
  while (going()) {
    try {
      const made = await send()
      // Who only has to change the password is known to the unit all the same.
      Object.assign(unsigned, {
        state: 'sent',
        number: made.number,
        known: 'unverified' in made && made.unverified === false,
      })
      Object.assign(draft, blankDraft(serverNow()))
      drop('unsigned')
    } catch (error) {
      const problem = error instanceof Refused ? error.problem : noAnswer('unreadable')
      if (isFinal(problem) || problem.status === 429) {
        drop('unsigned')
        Object.assign(unsigned, { state: 'failed', problem })
      } else await new Promise((done) => setTimeout(done, AGAIN))
    }
  }
}

/** Whether somebody has reported this already; nobody, where that can't be found out in a moment. */
export async function samePlace(): Promise<SamePlace[]> {
  const unit = ownUnit.value
  if (!unit) return []
  fillPlace()
  try {
    return (await findSamePlace(bodyOf(draft, unit.id, isoLocal))).items
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return []
  }
}

/** Add what was filled in to a report that is there; photos that are still on the phone follow through the queue. */
export async function addTo(id: string): Promise<Accident | null> {
  const unit = currentUnit.value
  if (!unit) return null
  const here = draft.photos.filter(({ remote }) => !remote).map((photo) => photo.id)
  const made = await addToAccident(id, bodyOf(draft, unit.id, isoLocal))
  if (here.length) void sendOne(writePhotos(made, unit, here))
  Object.assign(draft, blankDraft(serverNow()))
  return made
}

/** A refused report back into the form. */
export function restore(report: Report): void {
  const { body } = report
  const site = body.site
    ? (options.value?.sites.find(({ id }) => id === body.site) ?? { id: body.site, name: body.place })
    : null
  const grid = report.grid ?? null
  const equipment = report.equipment ?? null
  const place = grid && body.place === pathOf(grid) ? '' : body.place
  const { what, lng, lat, datum, deaths, serious_injuries, minor_injuries, missing } = body
  const receivers = body.receivers && { ...body.receivers, persons: report.chosen ?? [] }
  Object.assign(draft, {
    ...blankDraft(serverNow()),
    what,
    place,
    lng,
    lat,
    datum,
    deaths,
    serious_injuries,
    minor_injuries,
    missing,
    site,
    grid,
    equipment,
    receivers,
    happenedAt: body.happened_at,
    category: body.category ?? '',
    loss: body.direct_loss_wan === null ? '' : String(body.direct_loss_wan),
    measures: body.measures ?? '',
    needs: body.needs ?? '',
    situations: body.situations ?? [],
    label: body.label ?? '',
    unitName: body.unit_name ?? '',
    elsewhere: Boolean(body.elsewhere && !body.company),
    photos: [
      ...body.photos.map(
        (remote) => report.sent?.find((photo) => photo.remote === remote) ?? { id: `sent-${remote}`, remote },
      ),
      ...report.photos.map(({ id }) => ({ id, remote: null })),
    ],
  })
}
