/** What the whole screen says after a scan: colour, sign, words, facts, and when it goes home by itself. */

import { explain, type Problem } from '../problems'
import { sayMoment, wall } from '../moments'
import { shortQr } from './codes'
import type { Scan } from '../queue/queue'
import type { ClockIn } from '../../services/shapes/door'

export interface Outcome {
  kind: 'busy' | 'good' | 'kept' | 'bad' | 'calm'
  mark: 'busy' | 'good' | 'wait' | 'bad' | 'none'
  word: string
  /** Characters in the longest piece of `word` that stays on one line. */
  width: number
  text: string
  /** `text` is a moment to be read at arm's length. */
  large: boolean
  facts: { name: string; value: string }[]
  /** What has to be read although all went well. */
  notes: string[]
  /** Seconds until home; 0 stays. */
  stay: number
  problem: Problem | null
}

/** A way on from there; `main` is the one that leads out. */
export interface WayOn {
  key: string
  label: string
  main?: boolean
  action?: string
}

/** Booked: a new clock-in, or the one of before. */
export function booked(record: ClockIn, today: string): Outcome {
  const at = wall(record.scanned_at)
  const sameDay = at?.day === today
  const word = record.created ? '已上岗' : `${sameDay ? '今天已经' : '已经'}上过岗`
  const text = record.created ? '' : sameDay ? (at?.time ?? '') : sayMoment(record.scanned_at, today)
  const facts = [
    { name: '上岗人', value: record.person.name },
    { name: '设备', value: [record.equipment.name, record.equipment.location].filter(Boolean).join(' · ') },
    { name: '证照', value: `${record.certificate.code} ${record.certificate.project}` },
    { name: '有效期至', value: record.certificate.valid_until },
    { name: '时间', value: sayMoment(record.scanned_at, today) },
  ]
  const notes = record.reminders ?? []
  return { ...blank('good', 'good', word), text, large: true, facts: filled(facts), notes, stay: notes.length ? 0 : 8 }
}

/** Refused for good. */
export function refused(problem: Problem): Outcome {
  const { contact } = problem
  // In plain text too: not every device that shows this can dial.
  const facts = contact ? [{ name: '找谁', value: `${contact.name} ${contact.phone}` }] : []
  const [kind, mark] = lookOf(problem)
  return { ...blank(kind, mark, problem.title), text: explain(problem), facts, stay: 30, problem }
}

/** Nobody did anything wrong where nobody has to scan: that is no alarm. Amber where somebody still has to say more. */
function lookOf(problem: Problem): [Outcome['kind'], Outcome['mark']] {
  if (problem.code === 'use_maintenance_scan') return ['calm', 'none']
  if (problem.code === 'no_operator_needed')
    return problem.action?.kind === 'call_officer' ? ['kept', 'wait'] : ['calm', 'none']
  if (problem.code === 'equipment_other_unit' && problem.unit) return ['kept', 'wait']
  return ['bad', 'bad']
}

/** Written down: under way, or waiting for the network. `safe` is false when the phone could not store it. */
export function writtenDown(item: Scan, underWay: boolean, safe: boolean, today: string): Outcome {
  const facts = [
    { name: '扫到的', value: shortQr(item.qr) },
    { name: '时间', value: sayMoment(item.scannedAt, today) },
  ]
  if (underWay && item.tries === 0) return { ...blank('busy', 'busy', '正在上岗'), text: '请等一下', facts }
  const text = safe
    ? `${item.problem?.title ?? '连不上网'}。不用再扫，联网后自动补传。`
    : '手机存储满了，关掉页面就会丢。请别关页面，走到信号好的地方。'
  return { ...blank('kept', 'wait', '已记下，联网后补传'), text, facts, stay: safe ? 10 : 0 }
}

/** An answer of one word, with nothing to it yet. */
export function blank(kind: Outcome['kind'], mark: Outcome['mark'], word: string): Outcome {
  const width = Math.max(...word.split(/[，、：]/).map((piece) => piece.length))
  return { kind, mark, word, width, text: '', large: false, facts: [], notes: [], stay: 0, problem: null }
}

/** Only the facts that are known. */
export const filled = (facts: Outcome['facts']) => facts.filter(({ value }) => value)
