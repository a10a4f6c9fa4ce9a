/**
 * Answers that stay readable without a signal: lists and tasks as they were seen last, and when that was.
 *
 * Only for the person who saw them, only so many of each kind, and gone with the sign-out (`seen.` in state/session).
 */

import { reactive } from 'vue'
import { currentUnit, session } from '../../state/session'
import { Refused } from '../doors/http'
import { drop, get, keys, put } from './store'

interface Seen<T> {
  person: string
  at: number
  answer: T
}

/** How many answers of one kind are kept: what a person works on in a week or two. */
const MOST = 40

const nameOf = (kind: string, id: string) => `seen.${kind}.${id}`

/** What the page in front shows is no news: when it was (milliseconds; 0: it is), and which page that is. */
export const old = reactive({ at: 0, page: '' })

/**
 * The answer to a question, or where nobody answers what was answered last.
 *
 * Throws Refused where the server says no, and where there is nothing to show instead.
 */
export async function orSeen<T>(kind: string, id: string, ask: () => Promise<T>): Promise<T> {
  try {
    const answer = await ask()
    see(kind, id, answer)
    if (old.page === pageInFront()) old.at = 0
    return answer
  } catch (error) {
    const kept = silent(error) ? seen<T>(kind, id) : null
    if (!kept) throw error
    Object.assign(old, { at: kept.at, page: pageInFront() })
    return kept.answer
  }
}

/** Whether the page in front shows what was seen earlier. */
export const isOld = (): boolean => old.at > 0 && old.page === pageInFront()

/** A list of the unit that one works for now. */
export const ofUnit = (name: string) => `${currentUnit.value?.id ?? ''}.${name}`

/** The page that is shown, by its address. */
export const pageInFront = (): string => getCurrentPages().at(-1)?.route ?? ''

/** No line, or a server that is down. */
export const silent = (error: unknown) =>
  error instanceof Refused && (error.problem.status === 0 || error.problem.status >= 500)

/** Keep an answer; where the phone is full the oldest make room for it. */
export function see<T>(kind: string, id: string, answer: T): void {
  const person = session.person?.id
  if (!person) return
  const mine: Seen<T> = { person, at: Date.now(), answer }
  makeRoom(kind, MOST - 1, nameOf(kind, id))
  if (put(nameOf(kind, id), mine)) return
  makeRoom(kind, MOST / 4, nameOf(kind, id))
  put(nameOf(kind, id), mine)
}

/** What was seen last, and when (milliseconds); null for what was not, or by somebody else. */
export function seen<T>(kind: string, id: string): { at: number; answer: T } | null {
  const kept = get<Seen<T>>(nameOf(kind, id))
  return kept && kept.person === session.person?.id ? kept : null
}

function makeRoom(kind: string, most: number, but: string): void {
  const there = keys(`seen.${kind}.`).filter((key) => key !== but)
  if (there.length <= most) return
  const oldest = there
    .map((key) => ({ key, at: get<Seen<unknown>>(key)?.at ?? 0 }))
    .sort((one, other) => one.at - other.at)
  oldest.slice(0, there.length - most).forEach(({ key }) => drop(key))
}
