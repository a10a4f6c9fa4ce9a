/** How many editions I still have to read; asked when home comes to the front. */

import { reactive } from 'vue'
import { Refused } from '../services/doors/http'
import { readReading } from '../services/doors/reading'

export const toRead = reactive({ count: 0 })

/** Ask anew; silence leaves what is shown. */
export async function refreshToRead(): Promise<void> {
  try {
    toRead.count = (await readReading()).unread
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}
