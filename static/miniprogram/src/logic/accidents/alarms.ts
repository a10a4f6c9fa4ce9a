/** Accidents and calls for help that wait for my answer: what stands on the first screen before everything else. */

import type { Message } from '../../services/shapes/door'

export interface Alarm {
  id: string
  title: string
  /** What and where, in a line or two. */
  lines: string[]
  at: string
  link: string
}

const KINDS = ['accident', 'accident_help']
const NUMBER = /^[A-Z]{2}\d{6}-\w+ /

/** The newest message of each accident, of mine that wait for an answer (newest first). */
export function alarmsOf(waiting: readonly Message[]): Alarm[] {
  const found = new Map<string, Alarm>()
  for (const one of waiting) {
    if (!one.needs_answer || one.answer || !one.subject || !KINDS.includes(one.subject.kind)) continue
    if (found.has(one.subject.id)) continue
    const lines = one.text.replace(NUMBER, '').split('\n').filter(Boolean).slice(0, 2)
    found.set(one.subject.id, { id: one.subject.id, title: one.title, lines, at: one.created_at, link: one.link })
  }
  return [...found.values()]
}
