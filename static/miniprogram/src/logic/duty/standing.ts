/** How today stands, in one look: words, tone and sign for the panel on home. */

import type { Today, Unit } from '../../services/shapes/door'
import { wall } from '../moments'

export interface Standing {
  state: 'on_duty' | 'off' | 'no_unit' | 'waiting' | 'kept' | 'unknown'
  tone: 'good' | 'warn' | 'bad' | 'plain'
  mark: 'good' | 'wait' | 'bad' | 'none' | 'busy'
  title: string
  line: string
  /** Offer to apply to a unit. */
  bind: boolean
}

/** `view` is what the server said for today (null: not heard yet), `waiting` the scans not sent yet. */
export function standing(view: Today | null, unit: Unit | null, waiting: number, today: string): Standing {
  const fresh = view && view.day === today ? view : null
  if (fresh?.state === 'on_duty') return onDuty(fresh)
  if (waiting) return calm('kept', 'warn', 'wait', '已记下，待补传', '联网后自动补传，不用再扫')
  if (fresh ? fresh.state === 'no_unit' : !unit)
    return { ...calm('no_unit', 'bad', 'bad', '未绑定单位', '先申请绑定单位，再扫码上岗'), bind: true }
  if (fresh ? fresh.state === 'waiting' : unit?.state === 'waiting')
    return calm('waiting', 'warn', 'wait', '等待审核', `${unit?.name ?? '单位'}的安全管理员通过后就能上岗`)
  if (!fresh) return calm('unknown', 'plain', 'none', '今天还不知道', '联网后显示；扫码照样能记下')
  const way = fresh.hindrance
  if (way?.blocking) return calm('off', 'bad', 'bad', way.title, way.line)
  return calm('off', 'plain', 'none', said(fresh, '今天还没上岗'), way?.line ?? '扫设备上的二维码')
}

function onDuty(view: Today): Standing {
  const last = view.records[0]
  const time = wall(last?.scanned_at)?.time
  const more = view.records.length > 1 ? ` · 共 ${view.records.length} 台` : ''
  const line = last ? `${time} ${last.equipment.name}${more}` : ''
  return calm('on_duty', 'good', 'good', said(view, '今天已上岗'), line)
}

function said(view: Today, fallback: string): string {
  return view.title || fallback
}

function calm(
  state: Standing['state'],
  tone: Standing['tone'],
  mark: Standing['mark'],
  title: string,
  line: string,
): Standing {
  return { state, tone, mark, title, line, bind: false }
}
