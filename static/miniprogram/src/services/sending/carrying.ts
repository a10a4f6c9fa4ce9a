/** What carrying an item to the server has in common: a photo of it, and the problem in what was thrown. */

import { noAnswer, ownProblem, type Problem } from '../../logic/problems'
import { sendPhoto, type PhotoLedger } from '../doors/door'
import { Refused } from '../doors/http'
import * as photos from '../pictures/photos'

/** Send a photo that is kept on this phone: its id on the server, or why not. */
export async function picture(
  photo: string,
  ledger: PhotoLedger,
): Promise<{ remote: string; problem: null } | { remote: null; problem: Problem }> {
  const file = await photos.read(photo)
  if (!file)
    return {
      remote: null,
      problem: { ...ownProblem('photo_gone', '照片找不到了', '手机清理过存储', '再拍一张'), status: 410 },
    }
  try {
    return { remote: await sendPhoto({ file }, photo, { ledger }), problem: null }
  } catch (error) {
    return { remote: null, problem: problemIn(error) }
  }
}

/** What the server, or the silence, says. */
export const problemIn = (error: unknown): Problem =>
  error instanceof Refused ? error.problem : noAnswer('unreadable')
