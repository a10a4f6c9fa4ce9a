/** The phone's clock against the server's. */

import { computed, reactive } from 'vue'
import { clockWarning, chinaDay } from '../logic/moments'
import { get } from '../services/storage/store'

/**
 * `offset` in ms: how far the phone runs ahead; null until the server was heard. `ahead` in ms: how far the demo's
 * clock was put forward, 0 outside of the demo.
 */
export const clock = reactive<{ offset: number | null; ahead: number }>({
  offset: get<number>('clock'),
  ahead: get<number>('clock-ahead') ?? 0,
})

/** The moment (ms) by the phone's own clock, right or wrong, put forward as the demo's. */
export const phoneNow = (): number => Date.now() + clock.ahead

/** The moment (ms) by the server's clock as far as it is known: what is written down of accidents goes by it. */
export const serverNow = (): number => Date.now() - (clock.offset ?? 0)

/** Words about a wrong phone clock, or empty. */
export const clockSays = computed(() => clockWarning(clock.offset === null ? null : clock.offset + clock.ahead))

/** Today, by the server's clock as far as it is known. */
export function today(): string {
  return chinaDay(serverNow())
}
