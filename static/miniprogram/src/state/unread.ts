/** How many messages I have not read; asked when home comes to the front. */

import { reactive } from 'vue'
import { countUnread } from '../services/doors/door'
import { Refused } from '../services/doors/http'

export const unread = reactive({ count: 0 })

/** Ask anew; silence leaves what is shown. */
export async function refreshUnread(): Promise<void> {
  try {
    unread.count = (await countUnread()).unread
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}
