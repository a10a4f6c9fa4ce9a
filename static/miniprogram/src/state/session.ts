/** Who is signed in, and for which unit they work. */

import { computed, reactive } from 'vue'
import { drop, get, keys, put } from '../services/storage/store'
import type { Invitation, Question } from '../services/account/invitations'
import type { Kind, NewSession, Person, SessionView, Unit } from '../services/shapes/door'

interface Kept {
  token: string | null
  expiresAt: string
  person: Person | null
  units: Unit[]
  rights: Record<string, string>
  mustChangePassword: boolean
  setsPassword: boolean
  invitation: Invitation | null
  questions: Question[]
  kinds: Kind[]
}

const NOBODY: Kept = {
  token: null,
  expiresAt: '',
  person: null,
  units: [],
  rights: {},
  mustChangePassword: false,
  setsPassword: false,
  invitation: null,
  questions: [],
  kinds: [],
}

/** What must not be seen by the next person on this phone. The queue stays: it is sent when its owner signs in. */
const PERSONAL = [
  'today',
  'certificates',
  'booked',
  'return',
  'apply',
  'typed',
  'report',
  'options',
  'reported',
  'snap',
  'snap.options',
  'snapped',
  'todo',
  'give',
]

export const session = reactive<Kept & { ended: '' | 'expired' | 'left' }>({
  ...NOBODY,
  ...(get<Kept>('session') ?? {}),
  ended: '',
})

/** The unit the person works for now, or null when bound to none. */
export const currentUnit = computed<Unit | null>(() => {
  const units = session.units
  return (
    units.find((unit) => unit.current) ??
    units.find((unit) => unit.state === 'approved') ??
    units.find((unit) => unit.state === 'waiting') ??
    null
  )
})

/**
 * The unit a scan is made for: without a working one the one that was refused or ended, so that the server says why.
 */
export const scanUnit = computed<Unit | null>(() => currentUnit.value ?? session.units[0] ?? null)

/** How often a unit was chosen since the program was opened. */
let choices = 0

/** The token, or null when nobody is signed in. */
export const bearer = (): string | null => session.token

/** Whether the person has a right somewhere; the server has the last word. */
export const may = (right: string): boolean => right in session.rights

/** Take over what the server says after signing in. */
export function signedIn(fresh: NewSession): void {
  session.token = fresh.token
  session.ended = ''
  refreshed(fresh)
}

/** Take over what the server says about the session that is there. */
export function refreshed(view: SessionView): void {
  session.expiresAt = view.expires_at
  session.person = view.person
  session.units = view.units
  session.rights = view.rights
  session.mustChangePassword = view.must_change_password
  session.setsPassword = view.sets_password ?? false
  session.invitation = view.invitation ?? null
  session.questions = view.questions ?? []
  session.kinds = view.kinds ?? []
  keep()
}

/**
 * Ask who is signed in and take the answer over, unless a unit was chosen while it was on its way:
 * then the answer is older than what this phone knows, and would undo the choice on the screen.
 */
export async function reread(ask: () => Promise<SessionView>): Promise<void> {
  const then = choices
  const view = await ask()
  if (then === choices) refreshed(view)
}

/** Take over the list of units that answers a choice. */
export function unitsAre(units: Unit[]): void {
  choices += 1
  session.units = units
  keep()
}

/** What units still ask, after an answer. */
export function questionsAre(questions: Question[]): void {
  session.questions = questions
  keep()
}

/** The password must be changed before anything else, says the server. */
export function passwordIsDue(): void {
  session.mustChangePassword = true
  keep()
}

/** The token is gone. Expired: the person stays known, so that their queue stays theirs and nothing is lost. */
export function signedOut(why: 'expired' | 'left'): void {
  session.token = null
  session.ended = why
  if (why === 'left') {
    Object.assign(session, NOBODY)
    PERSONAL.forEach(drop)
    ;['supplement.', 'task.', 'grid.', 'seen.', 'form.'].forEach((kind) => keys(kind).forEach(drop))
  }
  keep()
}

function keep(): void {
  const { token, expiresAt, person, units, rights, mustChangePassword, setsPassword, invitation, questions, kinds } =
    session
  const kept: Kept = {
    token,
    expiresAt,
    person,
    units,
    rights,
    mustChangePassword,
    setsPassword,
    invitation,
    questions,
    kinds,
  }
  if (token || person) put('session', kept)
  else drop('session')
}
