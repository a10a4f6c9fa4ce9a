/** Carrying a new row of a ledger to the server: its word, then its photos; each step is written down. */

import { bodyOf } from '../../logic/ledger/ledgers'
import { isFinal, ownProblem, type Problem } from '../../logic/problems'
import { refusedOnce } from '../../logic/queue/queue'
import { afterRowPhoto, nextRowPhoto, rowArrived, type NewRow } from '../../logic/queue/row-queue'
import { phoneNow } from '../../state/clock'
import { problemIn } from './carrying'
import { sendPhoto } from '../doors/door'
import { createRow } from '../doors/ledgers'
import * as photos from '../pictures/photos'

const PATIENCE = 10_000

/** Send what is left of it; `note` hears of each step, and of the row that it became. Ends at what must wait. */
export async function carryRow(item: NewRow, note: (left: NewRow | null, row?: string) => void): Promise<void> {
  let left: NewRow | null = item
  if (!item.made) {
    try {
      const { id } = await createRow(item.ledger.name, item.key, bodyOf(item.fields, item.values), PATIENCE)
      left = rowArrived(item, id)
      note(left, id)
    } catch (error) {
      return note(refusedOnce(item, problemIn(error), phoneNow()))
    }
  }
  while (left) {
    const photo = nextRowPhoto(left)
    if (!photo) return
    const problem = await picture(left, photo)
    if (problem && !isFinal(problem)) return note(refusedOnce(left, problem, phoneNow()))
    left = afterRowPhoto(left, photo, problem)
    note(left)
  }
}

/** The problem of sending one photo; null when it has arrived. */
async function picture(item: NewRow, photo: string): Promise<Problem | null> {
  const file = await photos.read(photo)
  if (!file) return { ...ownProblem('photo_gone', '照片找不到了', '手机清理过存储', '再拍一张'), status: 410 }
  try {
    await sendPhoto({ file }, photo, { row: { ledger: item.ledger.name, id: item.made } })
    return null
  } catch (error) {
    return problemIn(error)
  }
}
