/** Carrying an accident report, its photos and the answers to the server: one step, one answer. */

import { afterPhoto, arrived, nextPhoto, refusedOnce, type Reply, type Report } from '../../logic/queue/queue'
import { noAnswer, ownProblem, signInNeeded, type Problem } from '../../logic/problems'
import { phoneNow } from '../../state/clock'
import { answerAccident, reportAccident, reportUnsigned, sendPhoto } from '../doors/door'
import { Refused } from '../doors/http'
import * as photos from '../pictures/photos'

const PATIENCE = 15_000

/** What the person is shown of a report that has arrived; without an id it went without a sign-in. */
export interface Reported {
  id: string
  number: string
}

export interface Step {
  /** The item as it is to be kept; null when it is all done. */
  left: Report | null
  reported?: Reported
}

/** Send the words, then the photos one by one; `note` hears of each step. Ends at the first that must wait. */
export async function carryReport(item: Report, note: (step: Step) => void): Promise<void> {
  let left: Report | null = item
  if (!item.accident) {
    const step = await words(item)
    left = step.left
    note(step)
  }
  while (left?.accident && left.state === 'waiting') {
    const photo: string | null = nextPhoto(left)
    if (photo === null) return
    const problem = await picture(left, photo)
    left = afterPhoto(left, photo, problem, phoneNow())
    note({ left })
    if (left && left.tries > 0) return
  }
}

async function words(item: Report): Promise<Step> {
  try {
    const accident = await reportAccident(item.key, item.body, PATIENCE)
    return { left: arrived(item, accident), reported: { id: accident.id, number: accident.number } }
  } catch (error) {
    const problem = problemIn(error)
    return signInNeeded(problem) ? lockedOut(item) : { left: refusedOnce(item, problem, phoneNow()) }
  }
}

/** The session is over: it goes without one, as a stranger's, rather than to wait until somebody signs in. */
async function lockedOut(item: Report): Promise<Step> {
  const who = {
    company: item.unit.id || null,
    unit_name: item.body.unit_name ?? (item.unit.name || null),
    caller_name: item.person.name,
  }
  try {
    const { number } = await reportUnsigned(item.key, { ...item.body, ...who, photos: [], receivers: null }, PATIENCE)
    return { left: null, reported: { id: '', number } }
  } catch (error) {
    return { left: refusedOnce(item, problemIn(error), phoneNow()) }
  }
}

/** The problem of sending one photo; null when it has arrived. */
async function picture(item: Report, photo: string): Promise<Problem | null> {
  const file = await photos.read(photo)
  if (!file) return { ...ownProblem('photo_gone', '照片找不到了', '手机清理过存储', '在快报里再补一张'), status: 410 }
  try {
    await sendPhoto({ file }, photo, { accident: item.accident?.id })
    return null
  } catch (error) {
    return problemIn(error)
  }
}

/** Send an answer. Gives what is left of it; null when it has arrived. */
export async function carryReply(item: Reply): Promise<Reply | null> {
  try {
    await answerAccident(item.accident.id, item.answer, PATIENCE)
    return null
  } catch (error) {
    return refusedOnce(item, problemIn(error), phoneNow())
  }
}

function problemIn(error: unknown): Problem {
  return error instanceof Refused ? error.problem : noAnswer('unreadable')
}
