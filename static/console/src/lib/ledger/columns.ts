import type { Column, Ledger } from '@/api/types'

const key = (account: string, ledger: string) => `anban.columns.${account}.${ledger}`

/** The fields that are shown by default, in the ledger's order. */
export const defaultShown = (ledger: Ledger): string[] =>
  ledger.columns.filter((column) => column.shown !== false).map((column) => column.field)

/** The choice that this account made for this ledger in this browser, or the default. */
export function readShown(account: string, ledger: Ledger, store: Pick<Storage, 'getItem'> = localStorage): string[] {
  try {
    const kept = JSON.parse(store.getItem(key(account, ledger.name)) ?? 'null') as unknown
    if (!Array.isArray(kept)) return defaultShown(ledger)
    const known = ledger.columns.filter((column) => kept.includes(column.field)).map((column) => column.field)
    return known.length ? known : defaultShown(ledger)
  } catch {
    return defaultShown(ledger)
  }
}

/** Keeps the choice; a full or forbidden storage is no reason to fail. */
export function keepShown(
  account: string,
  ledger: Ledger,
  shown: string[],
  store: Pick<Storage, 'setItem' | 'removeItem'> = localStorage,
): void {
  try {
    if (shown.join() === defaultShown(ledger).join()) store.removeItem(key(account, ledger.name))
    else store.setItem(key(account, ledger.name), JSON.stringify(shown))
  } catch {
    // nothing to be done
  }
}

/** Columns to draw: fixed ones first, so that what stays while scrolling stands at the left. */
export function drawn(ledger: Ledger, shown: string[]): Column[] {
  const chosen = ledger.columns.filter((column) => shown.includes(column.field))
  return [...chosen.filter((column) => column.fixed), ...chosen.filter((column) => !column.fixed)]
}
