/** Accidents that wait for my answer, for the first screen; asked when home comes to the front and when news come. */

import { reactive } from 'vue'
import { alarmsOf, type Alarm } from '../logic/accidents/alarms'
import { readMessages } from '../services/doors/door'
import { Refused } from '../services/doors/http'
import { may, session } from './session'

export const alarms = reactive<{ items: Alarm[] }>({ items: [] })

/** Ask anew; silence leaves what is shown. */
export async function refreshAlarms(): Promise<void> {
  if (!session.token || !may('messages.read')) {
    alarms.items = []
    return
  }
  try {
    alarms.items = alarmsOf((await readMessages({ show: 'waiting', limit: 20 })).items)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}
