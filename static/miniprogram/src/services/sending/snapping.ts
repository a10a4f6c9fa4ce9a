/** Carrying a 随手拍 to the server: photo by photo, then the word; each step is written down. */

import { refusedOnce } from '../../logic/queue/queue'
import { isFinal } from '../../logic/problems'
import {
  afterSnapPhoto,
  mustRenew,
  nextSnapPhoto,
  renewed,
  snapArrived,
  snapBody,
  type Snap,
} from '../../logic/queue/snap-queue'
import { phoneNow } from '../../state/clock'
import { picture, problemIn } from './carrying'
import { addHazardPhotos, reportHazard } from '../doors/hazards'
import type { Hazard } from '../shapes/tasks'

const PATIENCE = 15_000

export interface SnapStep {
  /** The item as it is to be kept; null when it is all done. */
  left: Snap | null
  hazard?: Hazard
}

/** Send what is left of it; `note` hears of each step. Ends at the first that must wait. */
export async function carrySnap(item: Snap, note: (step: SnapStep) => void): Promise<void> {
  let left: Snap = item
  for (let photo = nextSnapPhoto(left); photo; photo = nextSnapPhoto(left)) {
    const { remote, problem } = await picture(photo.id, 'hazards')
    if (problem && !isFinal(problem)) return note({ left: refusedOnce(left, problem, phoneNow()) })
    left = afterSnapPhoto(left, photo.id, remote, problem)
    note({ left })
  }
  await words(left, note)
}

async function words(item: Snap, note: (step: SnapStep) => void): Promise<void> {
  const body = snapBody(item)
  if (item.hazard && !body.photos.length) return note({ left: { ...item, state: 'failed' } })
  if (!body.what && !body.photos.length && item.problem) return note({ left: { ...item, state: 'failed' } })
  try {
    const hazard = item.hazard
      ? await addHazardPhotos(item.hazard.id, body.photos)
      : await reportHazard(item.key, body, PATIENCE)
    note({ left: snapArrived(item, hazard), hazard })
  } catch (error) {
    const problem = problemIn(error)
    if (!mustRenew(item, problem)) return note({ left: refusedOnce(item, problem, phoneNow()) })
    const again = renewed(item)
    note({ left: again })
    await carrySnap(again, note)
  }
}
