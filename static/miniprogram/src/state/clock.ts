/** The phone's clock against the server's. */

import { computed, reactive } from 'vue'
import { clockWarning, dayOf } from '../logic/moments'
import { get } from '../services/store'

/** `offset` in ms: how far the phone runs ahead; null until the server was heard. */
export const clock = reactive<{ offset: number | null }>({ offset: get<number>('clock') })

/** Words about a wrong phone clock, or empty. */
export const clockSays = computed(() => clockWarning(clock.offset))

/** Today, by the server's clock as far as it is known. */
export function today(): string {
  return dayOf(Date.now() - (clock.offset ?? 0))
}
