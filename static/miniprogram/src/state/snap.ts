/** The 随手拍 that is being made on this phone: kept with every stroke, sent through the queue (E07, X01). */

import { reactive, ref, watch } from 'vue'
import { isoLocal } from '../logic/moments'
import { blankSnap, isTouchedSnap, offered, sayWhere, snapOf, type SnapDraft } from '../logic/hazards/snap'
import type { Snap } from '../logic/queue/snap-queue'
import { draftPhotos } from '../services/pictures/draft-photos'
import { readLikely, readSnapOptions, type Where } from '../services/doors/hazards'
import { Refused } from '../services/doors/http'
import { sendOne, writeSnap } from '../services/sending/outbox'
import * as photos from '../services/pictures/photos'
import { placeNow } from '../services/phone/place'
import { drop, get, put } from '../services/storage/store'
import type { FoundNode } from '../services/shapes/grid'
import type { Likely, SnapOptions } from '../services/shapes/tasks'
import { clock, serverNow } from './clock'
import { currentUnit } from './session'

const KEY = 'snap'
const OPTIONS = 'snap.options'

export const draft = reactive<SnapDraft>({ ...blankSnap(serverNow()), ...get<SnapDraft>(KEY) })

/** Places that are offered; those of the last time while there is no network. */
export const places = ref<FoundNode[]>([])

/** The unit has set that a photo must be there. */
export const photoNeeded = ref(false)

/** False when the phone could not keep what was done. */
export const kept = ref(true)

export const pictures = draftPhotos(
  () => draft.photos,
  (list) => (draft.photos = list),
  () => 'hazards',
)

watch(
  draft,
  () => {
    if (!isTouchedSnap(draft)) return drop(KEY)
    draft.changedAt = serverNow()
    kept.value = put(KEY, draft)
  },
  { deep: true, flush: 'sync' },
)

// A phone learns what time it is with the first answer: what nobody has touched begins then.
watch(
  () => clock.offset,
  () => isTouchedSnap(draft) || (draft.begunAt = serverNow()),
)

/** Come to the form: an untouched one begins now. Gives true when something from before is lying there. */
export function begin(now = serverNow()): boolean {
  const left = get<SnapDraft>(KEY)
  Object.assign(draft, blankSnap(now), left)
  draft.photos.forEach(({ id }) => void photos.read(id))
  void pictures.send()
  return Boolean(left)
}

/** Throw away what was done. */
export function clear(): void {
  draft.photos.forEach(({ id }) => photos.forget(id))
  Object.assign(draft, blankSnap(serverNow()))
}

/** Ask where this may be, by label, position and where one works. Gives the refusal of a label that is none of ours. */
export async function locate(): Promise<Refused | null> {
  const known = get<{ unit?: string; options: SnapOptions }>(OPTIONS)
  const unit = currentUnit.value?.id
  const here = placeNow()
  if (here) Object.assign(draft, { lng: here.lng, lat: here.lat, datum: 'wgs84' })
  try {
    const options = await readSnapOptions({ scan: draft.scan, ...position(), company: unit })
    put(OPTIONS, { unit, options })
    take(options)
    return null
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    if (known?.unit === unit && known && !draft.scan)
      take({ ...known.options, nodes: known.options.nodes.filter(({ how }) => how === 'work') })
    return error.problem.fields.scan ? error : null
  }
}

function take(options: SnapOptions): void {
  places.value = options.nodes
  photoNeeded.value = options.photo_needed ?? false
  draft.equipment = options.equipment
  draft.node = offered(draft, options.nodes)
}

const position = (): Where =>
  draft.lng === null || draft.lat === null ? {} : { lng: draft.lng, lat: draft.lat, datum: draft.datum }

/** What may be the same; nothing while there is no network, or nothing to go by. */
export async function likely(): Promise<Likely[]> {
  const grid = draft.node && draft.node.how !== 'work' ? draft.node.id : undefined
  if (!grid && draft.lng === null) return []
  try {
    return await readLikely({ grid, ...position(), company: currentUnit.value?.id }, draft.what.trim())
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return []
  }
}

/** Write it down, empty the form, and send it. Gives its key; null when there is no unit to report for. */
export function submit(): string | null {
  const unit = currentUnit.value
  if (!unit) return null
  const key = writeSnap(snapOf(draft, unit.id, isoLocal), unit, [...draft.photos], sayWhere(draft).place)
  Object.assign(draft, blankSnap(serverNow()))
  void sendOne(key)
  return key
}

/** A refused one back into the form. */
export function restore(snap: Snap): void {
  const { what, lng, lat, datum, scan, found_at } = snap.body
  const begunAt = Date.parse(found_at)
  Object.assign(draft, {
    ...blankSnap(begunAt),
    what,
    lng,
    lat,
    datum,
    scan: scan ?? '',
    photos: snap.photos.map(({ id, remote }) => ({ id, remote })),
  })
}
