/** How the person likes it. */

import { reactive } from 'vue'
import { get, put } from '../services/storage/store'

export const prefs = reactive<{ big: boolean }>({ big: get<{ big: boolean }>('prefs')?.big ?? false })

/** Large text on or off (适老化). */
export function setBig(big: boolean): void {
  prefs.big = big
  put('prefs', { big })
}
