/** What the server refused for good, and the person has read (X01). */

import { mends, type Item } from '../../logic/queue/queue'
import { session } from '../../state/session'
import { outbox, replace } from './outbox'

/** What can't be sent again was read: home says no more of it. */
export function markRead(): void {
  const read = (item: Item) =>
    item.state === 'failed' && !mends(item) && !item.seen && item.person.id === session.person?.id
  outbox.items.filter(read).forEach((item) => replace(item.key, { ...item, seen: true }))
}
