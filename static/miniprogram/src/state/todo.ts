/** How much waits for me; asked when home or the list comes to the front. */

import { reactive } from 'vue'
import { Refused } from '../services/doors/http'
import { readCounts } from '../services/doors/tasks'
import { get, put } from '../services/storage/store'
import type { Counts } from '../services/shapes/tasks'
import { session } from './session'

const kept = get<{ person?: string; todo: number; overdue: number }>('todo')

export const todo = reactive({ count: 0, overdue: 0 })
if (kept && kept.person === session.person?.id) Object.assign(todo, { count: kept.todo, overdue: kept.overdue })

/** Take over what an answer says. */
export function countsAre(counts: Pick<Counts, 'todo' | 'overdue'>): void {
  Object.assign(todo, { count: counts.todo, overdue: counts.overdue })
  put('todo', { person: session.person?.id, todo: counts.todo, overdue: counts.overdue })
}

/** Ask anew; silence leaves what is shown. */
export async function refreshTodo(): Promise<void> {
  try {
    countsAre(await readCounts())
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}
