/** Where each way out of a refusal leads. */

import type { Problem, WayOut } from '../../logic/problems'
import { dialable } from '../../logic/links'
import { goHome, swap } from './nav'

const PAGES: Partial<Record<WayOut, string>> = {
  bind: '/pages/units/apply',
  switch_unit: '/pages/units/index',
  retry_scan: '/pages/scan/index',
  type_code: '/pages/scan/type',
  certificates: '/pages/certificates/index',
  // No web page may open the phone's settings: once the clock is right, the next thing is to scan.
  fix_clock: '/pages/scan/index',
  change_password: '/pages/password/index',
}

/** Take the way out. */
export function takeWayOut(kind: WayOut, problem: Problem): void {
  if (kind === 'call_officer' && problem.contact) return dial(problem.contact.phone)
  const page = PAGES[kind]
  if (page) swap(page)
  else goHome()
}

/** Open the phone's dialler. */
export function dial(phone: string): void {
  const number = dialable(phone)
  if (number) uni.makePhoneCall({ phoneNumber: number, fail: () => undefined })
}
