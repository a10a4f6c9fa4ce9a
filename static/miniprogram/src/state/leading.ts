/** The unit's day, for who leads: what the server said last, kept so that the first screen is never empty. */

import { computed, reactive } from 'vue'
import { readUnitToday } from '../services/doors/door'
import { Refused } from '../services/doors/http'
import { seen } from '../services/storage/kept'
import { readTasks } from '../services/doors/tasks'
import type { UnitToday } from '../services/shapes/door'
import type { TaskItem, TaskPage } from '../services/shapes/tasks'
import { currentUnit, session } from './session'
import { today } from './clock'

/** What waits for one's word is shown on the first screen: so many. */
const FIRST = 2

export const lead = reactive<{ day: UnitToday | null; tasks: TaskItem[] }>({ day: null, tasks: [] })

/** Whoever sees the clock-ins of others, and who these are, answers for them: their first screen is another one. */
export const leads = computed(
  () =>
    currentUnit.value?.state === 'approved' &&
    ['clock-ins.read', 'persons.read'].every((right) => (session.rights[right] ?? 'self') !== 'self'),
)

/** Show what is kept, if it is of today. */
export function recallLead(): void {
  const unit = currentUnit.value?.id ?? ''
  const day = seen<UnitToday>('unit-today', unit)?.answer
  lead.day = day?.day === today() ? day : null
  lead.tasks = seen<TaskPage>('tasks', `${unit}.todo`)?.answer.items.slice(0, FIRST) ?? []
}

/** Ask anew; silence leaves what is shown. */
export async function refreshLead(): Promise<void> {
  if (!leads.value || !session.token) return
  const unit = currentUnit.value?.id ?? ''
  try {
    const [day, page] = await Promise.all([readUnitToday(unit), readTasks({ box: 'todo' })])
    if (unit !== currentUnit.value?.id) return
    lead.day = day.day === today() ? day : null
    lead.tasks = page.items.slice(0, FIRST)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}
