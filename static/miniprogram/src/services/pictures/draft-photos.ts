/** The photos of a form that is being filled in: kept on the phone, sent one after the other while one still types. */

import { reactive } from 'vue'
import type { DraftPhoto } from '../../logic/accidents/draft'
import { isFinal } from '../../logic/problems'
import { sendPhoto, type PhotoLedger, type RowOf } from '../doors/door'
import { Refused } from '../doors/http'
import * as photos from './photos'

/** How far each photo is: percent sent, or why it does not go. */
export type Gone = Record<string, { percent: number; refused: boolean; why?: string }>

/**
 * `to`: for which ledger they are, before there is anything; or the row that they belong to, null until it is made:
 * then they wait.
 */
export function draftPhotos(
  list: () => DraftPhoto[],
  put: (photos: DraftPhoto[]) => void,
  to: () => PhotoLedger | RowOf | null,
) {
  const gone = reactive<Gone>({})
  let last: Promise<void> = Promise.resolve()

  async function add(from: photos.From, count: number): Promise<void> {
    const ids = await photos.pick(from, count)
    if (ids.length) put([...list(), ...ids.map((id) => ({ id, remote: null }))])
    await send()
  }

  function remove(id: string): void {
    put(list().filter((each) => each.id !== id))
    photos.forget(id)
  }

  /** Send what has not been sent. Who asks while some are under way waits for them, then for what was added since. */
  function send(): Promise<void> {
    last = last.then(sendAll, sendAll)
    return last
  }

  /** Silence stops it: the rest follows with the form. */
  async function sendAll(): Promise<void> {
    if (to() === null) return
    for (const photo of [...list()]) {
      if (photo.remote || gone[photo.id]?.refused) continue
      if (!(await sendOne(photo.id))) return
    }
  }

  /** True when the next may be tried. */
  async function sendOne(id: string): Promise<boolean> {
    const file = await photos.read(id)
    if (!file) return true
    gone[id] = { percent: 0, refused: false }
    try {
      const where = to()
      const remote = await sendPhoto(
        { file, progress: (percent) => (gone[id] = { percent, refused: false }) },
        id,
        typeof where === 'string' ? { ledger: where } : { row: where ?? undefined },
      )
      put(list().map((each) => (each.id === id ? { ...each, remote } : each)))
      gone[id] = { percent: 100, refused: false }
      return true
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const refused = isFinal(error.problem)
      // A lost signal is no fault of the photo: it waits, and goes with the form.
      gone[id] = { percent: 0, refused, why: refused ? error.problem.title : undefined }
      return gone[id].refused
    }
  }

  return { gone, add, remove, send }
}

/** Photos that the server has already (sent in the chat), as a form holds them. */
export const sentPhotos = (ids: string): DraftPhoto[] =>
  ids
    .split(',')
    .filter((id) => /^\d+$/.test(id))
    .map((remote) => ({ id: `sent-${remote}`, remote }))
