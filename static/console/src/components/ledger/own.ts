import { defineAsyncComponent, type Component } from 'vue'

/**
 * Ledgers whose new rows are made by a form of their own, and the right that it needs. It emits `made` with {id}, and
 * `close`.
 */
export const OWN_FORMS: Record<string, { right: string; form: Component }> = {
  accidents: {
    right: 'accidents.report',
    form: defineAsyncComponent(() => import('@/components/accident/ReportDrawer.vue')),
  },
}

/** Rows that have a page of their own, and what the button to it says. */
export const PAGES: Record<string, { name: string; title: string }> = {
  accidents: { name: 'accident', title: '看板' },
  flows: { name: 'flow', title: '配置步骤' },
  'all-cases': { name: 'case', title: '流程图' },
  'given-tasks': { name: 'given', title: '进展' },
}
