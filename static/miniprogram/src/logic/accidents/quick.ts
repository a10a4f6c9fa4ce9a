/** The usual accidents in a word: one tap instead of typing with shaking hands (G02). */

import { hasWord, withWord } from '../hazards/snap'

export interface Quick {
  word: string
  /** The category of GB 6441 that it is beyond doubt; empty where it may be several. */
  category: string
}

export const QUICK: Quick[] = [
  { word: '有人受伤', category: '' },
  { word: '着火', category: '火灾' },
  { word: '泄漏', category: '' },
  { word: '爆炸', category: '' },
  { word: '触电', category: '触电' },
  { word: '有人被困', category: '' },
  { word: '坍塌', category: '坍塌' },
  { word: '设备倾覆', category: '' },
]

/**
 * What stands in the form after a tap on a word: the words with it, or without it again, and the category that
 * follows. `known` are the categories that may be chosen; null where they are not told, as to who belongs to no unit:
 * the server takes what it knows.
 */
export function tapped(
  what: string,
  category: string,
  quick: Quick,
  known: string[] | null,
): { what: string; category: string } {
  const words = withWord(what, quick.word)
  const on = hasWord(words, quick.word)
  if (!quick.category || known?.includes(quick.category) === false) return { what: words, category }
  if (on) return { what: words, category: category || quick.category }
  return { what: words, category: category === quick.category ? '' : category }
}
