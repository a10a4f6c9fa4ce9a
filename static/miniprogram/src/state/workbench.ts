/** 工作台: the ledgers that this phone has, as the server says, and how often each was opened here. */

import { reactive } from 'vue'
import { readLedgers } from '../services/doors/ledgers'
import type { Ledger } from '../services/shapes/ledgers'
import { get, put } from '../services/storage/store'
import { currentUnit, session } from './session'

const whose = () => `used.${session.person?.id ?? ''}`
export const workbench = reactive<{ unit: string; ledgers: Ledger[]; used: Record<string, number> }>({
  unit: '',
  ledgers: [],
  used: {},
})

/** Ask which there are; what was seen last without a signal. Throws Refused. */
export async function refreshWorkbench(): Promise<void> {
  const unit = currentUnit.value?.id ?? ''
  workbench.used = get<Record<string, number>>(whose()) ?? {}
  workbench.ledgers = await readLedgers()
  workbench.unit = unit
}

/** The ledger called `name`; null where this phone has none. Throws Refused. */
export async function ledgerNamed(name: string): Promise<Ledger | null> {
  const known = () => workbench.ledgers.find((one) => one.name === name) ?? null
  if (workbench.unit !== (currentUnit.value?.id ?? '') || !known()) await refreshWorkbench()
  return known()
}

/** It was opened once more: what is used most stands on top. */
export function noteUse(name: string): void {
  workbench.used = { ...workbench.used, [name]: (workbench.used[name] ?? 0) + 1 }
  put(whose(), workbench.used)
}
