import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { expect, it } from 'vitest'
import type { BulkPreview } from '@/api/ledger/bulk'
import type { Ledger } from '@/api/types'
import BulkSays from '@/components/bulk/BulkSays.vue'

const preview = (refused: number): BulkPreview => ({
  title: '删除 2 人',
  count: 2,
  seen: null,
  tried: 2,
  refused,
  refusals: [{ reason: '他有 23 条上岗记录，记录要留存', count: refused, examples: ['王春林'] }] as never,
  goes_along: [{ title: '证照', count: 1 }],
  why_no_undo: '删除人员会连带别的变化，删了不能撤销',
  not_back: [],
  undo_hours: 24,
})

async function words(said: BulkPreview): Promise<string> {
  const props = { ledger: { measure: '人' } as Ledger, said, verb: '删除', removes: true }
  const html = await renderToString(createSSRApp(BulkSays, props))
  return html.replace(/<[^>]*>/g, '').replace(/\s+/g, '')
}

it('does not say that rows will go, or can never come back, when not one of them goes', async () => {
  const none = await words(preview(2))
  expect(none).toContain('选中的2人都不能删除，因为：')
  for (const word of ['将删除', '不能撤销', '一起删除']) expect(none).not.toContain(word)
})

it('says how many of the chosen rows stay, what goes along and that it is for good', async () => {
  const some = await words(preview(1))
  for (const word of ['将删除2人：其中1人不能删除', '一起删除：证照1个', '不能撤销：']) expect(some).toContain(word)
})
