/** From a scanned or typed text to the result page. */

import { scanUnit, unitsAre } from '../../state/session'
import { refresh } from '../../state/today'
import { labelLink, readTyped } from '../../logic/duty/codes'
import { chooseUnit } from '../doors/door'
import { serverOrigin } from '../doors/origin'
import { writeDown } from '../sending/outbox'
import { placeNow } from '../phone/place'
import { swap } from '../page/nav'

/** Work for another unit of mine from now on, and clock in there with what was scanned: no second scan. */
export async function clockInThere(unit: string, qr: string): Promise<void> {
  unitsAre((await chooseUnit(unit)).units)
  void refresh()
  clockInWith(qr)
}

/** Write the scan down and show what becomes of it. `qr` goes to the server as it was read. */
export function clockInWith(qr: string): void {
  const unit = scanUnit.value
  if (!unit) return swap('/pages/result/index?own=not_bound')
  const key = writeDown(qr, unit, placeNow())
  swap(`/pages/result/index?key=${encodeURIComponent(key)}`)
}

/** What to send as `qr` for a typed text; empty when nothing was typed. */
export function qrOfTyped(text: string): string {
  const typed = readTyped(text)
  if (typed.kind === 'empty') return ''
  return typed.kind === 'label' ? labelLink(serverOrigin() ?? '', typed.code) : typed.text
}
