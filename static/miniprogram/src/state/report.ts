/** The accident report that is being filled in on this phone: kept with every stroke, sent through the queue. */

import { reactive, ref, watch } from 'vue'
import { blankDraft, bodyOf, isTouched, keptDraft, pathOf, type Draft } from '../logic/draft'
import { isoLocal } from '../logic/moments'
import type { Report } from '../logic/queue'
import { readOptions } from '../services/door'
import { draftPhotos } from '../services/draft-photos'
import { Refused } from '../services/http'
import { sendOne, writeReport } from '../services/outbox'
import * as photos from '../services/photos'
import { drop, get, put } from '../services/store'
import type { Options } from '../services/shapes'
import { currentUnit } from './session'

const KEY = 'report'
const OLD = 2 * 3600_000

export const draft = reactive<Draft>(keptDraft(get<Draft>(KEY), Date.now()))

/** What may be chosen; the last known while there is no network. */
export const options = ref<Options | null>(null)

/** False when the phone could not keep what was typed. */
export const kept = ref(true)

watch(
  draft,
  () => {
    if (!isTouched(draft)) return drop(KEY)
    draft.changedAt = Date.now()
    kept.value = put(KEY, draft)
  },
  { deep: true, flush: 'sync' },
)

/** Come to the form: an untouched draft begins now. Gives true when an older one is lying there. */
export function begin(now = Date.now()): boolean {
  Object.assign(draft, keptDraft(get<Draft>(KEY), now))
  if (!isTouched(draft)) draft.begunAt = now
  draft.photos.forEach(({ id }) => void photos.read(id))
  void pictures.send()
  return isTouched(draft) && now - draft.changedAt > OLD
}

/** Throw away what was filled in. */
export function clear(): void {
  draft.photos.forEach(({ id }) => photos.forget(id))
  Object.assign(draft, blankDraft(Date.now()))
}

/** Ask what may be chosen; silence leaves what is known. */
export async function loadOptions(): Promise<void> {
  const unit = currentUnit.value?.id
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
export const pictures = draftPhotos(() => draft.photos, (list) => (draft.photos = list), () => 'accidents')

/** Write the report down, empty the form, and send it. Gives its key; null when there is no unit to report for. */
export function submit(): string | null {
  const unit = currentUnit.value
  if (!unit) return null
  const key = writeReport(bodyOf(draft, unit.id, isoLocal), unit, [...draft.photos], draft.receivers?.persons, draft.grid)
  Object.assign(draft, blankDraft(Date.now()))
  void sendOne(key)
  return key
}

/** A refused report back into the form. */
export function restore(report: Report): void {
  const { body } = report
  const site = body.site ? (options.value?.sites.find(({ id }) => id === body.site) ?? { id: body.site, name: body.place }) : null
  const grid = report.grid ?? null
  const place = grid && body.place === pathOf(grid) ? '' : body.place
  const { what, lng, lat, deaths, serious_injuries, minor_injuries, missing } = body
  const receivers = body.receivers && { ...body.receivers, persons: report.chosen ?? [] }
  Object.assign(draft, {
    ...blankDraft(Date.now()),
    what, place, lng, lat, deaths, serious_injuries, minor_injuries, missing, site, grid, receivers,
    happenedAt: body.happened_at,
    category: body.category ?? '',
    loss: body.direct_loss_wan === null ? '' : String(body.direct_loss_wan),
    measures: body.measures ?? '',
    photos: [
      ...body.photos.map((remote) => report.sent?.find((photo) => photo.remote === remote) ?? { id: `sent-${remote}`, remote }),
      ...report.photos.map(({ id }) => ({ id, remote: null })),
    ],
  })
}
