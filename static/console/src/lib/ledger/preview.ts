import type { BulkPreview } from '@/api/ledger/bulk'

/** Whether not one of the chosen rows would go: all were tried, and each is refused. Then there is nothing to undo. */
export const noneGoes = (said: Pick<BulkPreview, 'count' | 'tried' | 'refused'>): boolean =>
  said.count > 0 && said.tried === said.count && said.refused === said.count
