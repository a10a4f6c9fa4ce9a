import { defineAsyncComponent, type Component } from 'vue'
import type { Ledger } from '@/api/types'

/** Forms that make rows of some ledgers (their `parts` say which). One emits `made` with {id}, and `close`. */
export const FORMS: Record<string, Component> = {
  report: defineAsyncComponent(() => import('@/components/accident/ReportDrawer.vue')),
}

/** The part of its own that the console has for a ledger at a place, as the server says. */
export const partAt = (ledger: Ledger, place: 'row' | 'form' | 'detail' | 'above') =>
  ledger.parts?.find((part) => part.place === place)
