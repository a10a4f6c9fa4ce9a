/** A label read for the page below, which wants to know a place and clocks nobody in. */

import { back } from '../page/nav'

let read = ''

/** Leave the scanner with what was read. */
export function handBack(text: string): void {
  read = text
  back()
}

/** What was read since the last time; empty when nothing was. */
export function takeScanned(): string {
  const text = read
  read = ''
  return text
}
