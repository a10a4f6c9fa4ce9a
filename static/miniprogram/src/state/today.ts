/** The state of today: what the server said last, kept so that home is never empty. */

import { reactive } from 'vue'
import { readSession, readToday } from '../services/doors/door'
import { Refused } from '../services/doors/http'
import { onBooked } from '../services/sending/outbox'
import type { ClockIn, Today } from '../services/shapes/door'
import type { Problem } from '../logic/problems'
import { get, put } from '../services/storage/store'
import { passwordIsDue, reread, session } from './session'
import { today } from './clock'

interface Kept {
  person: string
  view: Today
}

export const now = reactive<{ view: Today | null; problem: Problem | null; busy: boolean }>({
  view: null,
  problem: null,
  busy: false,
})

/** Show what is kept for this person, if it is of today. */
export function recall(): void {
  const kept = get<Kept>('today')
  const usable = kept && kept.person === session.person?.id && kept.view.day === today()
  now.view = usable ? kept.view : null
}

let again = false

/** Ask the server anew. Silence leaves what is shown. Asked while asking, it asks once more afterwards. */
export async function refresh(): Promise<void> {
  again = now.busy
  if (now.busy || !session.token) return
  now.busy = true
  try {
    do {
      again = false
      await ask()
    } while (again && session.token)
    now.problem = null
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    now.problem = error.problem
    if (error.problem.code === 'must_change_password') passwordIsDue()
  } finally {
    now.busy = false
  }
}

/** Both questions at once: with one bar of signal every way there and back is felt. */
async function ask(): Promise<void> {
  const [, day] = await Promise.all([reread(readSession), readToday()])
  take(day)
}

function take(view: Today): void {
  now.view = view
  put('today', { person: session.person?.id ?? '', view })
}

/** A booked clock-in shows at once, before the server is asked again. */
onBooked((record: ClockIn) => {
  const view = now.view
  if (!view || record.day !== view.day || record.unit.id !== view.unit?.id) return
  const records = [record, ...view.records.filter((each) => each.id !== record.id)]
  take({ ...view, state: 'on_duty', title: '今天已上岗', records })
})
