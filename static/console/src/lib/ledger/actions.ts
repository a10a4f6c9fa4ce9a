import type { Action, Ledger, Row } from '@/api/types'

/**
 * Buttons that stand in the row itself: only where its state asks for a decision, so that the list stays calm.
 * A dangerous one stands there only beside the one that it is the other answer to. At most two.
 */
export function inlineActions(ledger: Ledger, row: Row): Action[] {
  const asked = rowActions(ledger, row).filter((action) => Object.keys(action.when ?? {}).length > 0)
  const leading = asked.filter(
    (action) => action.tone === 'primary' || (row.tone === 'bad' && action.tone !== 'danger'),
  )
  return leading.length
    ? asked.filter((action) => leading.includes(action) || action.tone === 'danger').slice(0, 2)
    : []
}

/** Everything that may be done with this row now. */
export const rowActions = (ledger: Ledger, row: Row): Action[] =>
  ledger.actions.filter((action) => action.where !== 'page' && row.can.includes(action.name))

export const pageActions = (ledger: Ledger): Action[] => ledger.actions.filter((action) => action.where === 'page')

/** For each bulk action, which of the chosen rows it can be done to. */
export const bulkActions = (ledger: Ledger, rows: Row[]): { action: Action; ids: string[] }[] =>
  ledger.actions
    .filter((action) => action.where === 'bulk')
    .map((action) => ({ action, ids: rows.filter((row) => row.can.includes(action.name)).map((row) => row.id) }))
