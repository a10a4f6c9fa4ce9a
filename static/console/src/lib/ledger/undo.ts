import { h } from 'vue'
import { MessagePlugin } from 'tdesign-vue-next'
import { readBulkAct, undoBulk, type BulkAct } from '@/api/ledger/bulk'
import { asApiError } from '@/api/errors'
import { useJobs } from '@/stores/jobs'

const STAYS = 12000

/** What an act did, as one sentence: 已删除 3 台设备，1 台没有删除。 */
export function doneWords(act: BulkAct): string {
  const [verb, rest] = act.title.split(/ (?=[\d,])/)
  const what = (rest ?? '').replace(/^[\d,]+ /, '')
  const good = `${act.done.toLocaleString('en')} ${what}`
  return act.refused ? `${verb}：办好 ${good}，${act.refused} ${act.measure}没有办好` : `已${verb} ${good}`
}

/** What came of taking it back. */
export const backWords = (act: BulkAct): string =>
  act.stays
    ? `撤销了 ${act.back} ${act.measure}，${act.stays} ${act.measure}不能撤销：${act.not_back[0]?.reason ?? ''}`
    : `已撤销“${act.title}”`

/** Takes an act back and waits for its end; `step` hears of a job. Gives the act as it is then. */
export async function undo(id: string): Promise<BulkAct> {
  const begun = await undoBulk(id)
  if (!begun.job) return begun.act
  await useJobs().follow(begun.job, () => {})
  return readBulkAct(id)
}

/** Says what was done, with a button beside it that takes it back. */
export function tellWithUndo(act: BulkAct, undone: () => void): void {
  const words = `${doneWords(act)}。`
  if (!act.can_undo) {
    void (act.refused ? MessagePlugin.warning(words) : MessagePlugin.success(words))
    return
  }
  let busy = false
  const take = async () => {
    if (busy) return
    busy = true
    ;(await shown).close()
    try {
      const now = await undo(act.id)
      void (now.stays ? MessagePlugin.warning : MessagePlugin.success)(`${backWords(now)}。`)
    } catch (thrown) {
      void MessagePlugin.error(asApiError(thrown).message)
    }
    undone()
  }
  const button = { type: 'button', class: 'undo-button', 'data-testid': 'undo', onClick: () => void take() }
  const content = () => h('span', [words, h('button', button, '撤销')])
  const shown = (act.refused ? MessagePlugin.warning : MessagePlugin.success)({
    content,
    duration: STAYS,
    closeBtn: true,
  })
}
