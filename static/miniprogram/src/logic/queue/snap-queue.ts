/** A 随手拍 in the queue (X01): its photos go first, then the word; nothing leaves the phone before the server has it. */

import type { Held } from './queue'
import { isFinal, type Problem } from '../problems'
import type { SnapBody } from '../../services/shapes/tasks'

export interface SnapPhoto {
  /** On this phone. */
  id: string
  /** On the server, where it waits for the report; null until it has arrived. */
  remote: string | null
  refused: boolean
}

export interface Snap extends Held {
  kind: 'snap'
  madeAt: string
  /** As it stood when 上报 was pressed; `photos` are filled in when it goes. */
  body: SnapBody
  photos: SnapPhoto[]
  /** The place in words, to show it without asking again. */
  where: string
  /** True once photos were sent anew because the server had let go of them (they wait there for a day). */
  renewed: boolean
  /** What it became; null until it has arrived. */
  hazard: { id: string; number: string } | null
}

export const isSnap = (item: { kind?: string }): item is Snap => item.kind === 'snap'

/** The photo that must go before the word; null when there is none left. */
export function nextSnapPhoto(item: Snap): SnapPhoto | null {
  return item.photos.find(({ remote, refused }) => !remote && !refused) ?? null
}

/**
 * The same after a try to send one photo that is decided: `remote` is its id on the server, or it was refused for
 * good.
 */
export function afterSnapPhoto(item: Snap, photo: string, remote: string | null, problem: Problem | null): Snap {
  const photos = item.photos.map((each) => (each.id === photo ? { ...each, remote, refused: !remote } : each))
  return { ...item, photos, problem: problem ?? item.problem, tries: 0, dueAt: 0 }
}

/** What is sent: with the photos that have arrived. */
export function snapBody(item: Snap): SnapBody {
  return { ...item.body, photos: item.photos.flatMap(({ remote }) => remote ?? []) }
}

/** What is left of one that has arrived: null, or a note about the photos that were refused. */
export function snapArrived(item: Snap, hazard: { id: string; number: string }): Snap | null {
  if (!item.photos.some(({ refused }) => refused)) return null
  return { ...item, state: 'failed', hazard: { id: hazard.id, number: hazard.number } }
}

/** One whose word has arrived, with other photos for those that were refused: they follow it. */
export function snapWithOthers(item: Snap, photos: string[]): Snap {
  const again = photos.map((id) => ({ id, remote: null, refused: false }))
  return { ...item, photos: again, state: 'waiting', problem: null, renewed: false, tries: 0, dueAt: 0, seen: false }
}

/** True when the server has let go of photos that waited too long, and the phone can send them again. */
export function mustRenew(item: Snap, problem: Problem): boolean {
  return !item.renewed && isFinal(problem) && Boolean(problem.fields.photos) && item.photos.some(({ remote }) => remote)
}

/** The same with all photos to be sent again. */
export function renewed(item: Snap): Snap {
  return {
    ...item,
    renewed: true,
    photos: item.photos.map((each) => (each.refused ? each : { ...each, remote: null })),
  }
}
