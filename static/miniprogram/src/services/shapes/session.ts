/** What the server says of who is signed in: the person, their units, sessions and chat accounts. */

import type { Invitation, Question } from '../account/invitations'

export interface Person {
  id: string
  name: string
  phone: string
  login: string
}

export interface Ref {
  id: string
  name: string
}

export type UnitState = 'approved' | 'waiting' | 'refused' | 'ended'

export interface Unit extends Ref {
  state: UnitState
  role: 'operator' | 'safety_officer'
  current: boolean
  site: string | null
}

export interface SessionView {
  expires_at: string
  person: Person
  units: Unit[]
  /** What one may, by the name of the right, and how far it reaches. */
  rights: Record<string, string>
  must_change_password: boolean
  /** Whether a new password may be set without the old one: just come from the group's chat app. */
  sets_password?: boolean
  /** Somebody whom a unit invites and who has no account yet; `login_taken`: somebody has an account of that name. */
  invitation?: Invitation | null
  /** Units that ask whether somebody on their list is me. */
  questions?: Question[]
  /** What messages and tasks are about, as the server says. */
  kinds?: Kind[]
}

/** What a message or a task is about: kept in which ledger, shown on which page (with `?id=`), where it has one. */
export interface Kind {
  name: string
  title: string
  ledger: string
  phone: string
  tasks: boolean
}

/** Whose a card's link is, and who is signed in here. */
export interface Visitor {
  name: string
  here: string | null
  same: boolean
  gains: boolean
}

/** A chat account that waits for its holder in this browser. */
export interface ChatOffer {
  user_id: string
  app: string
  expires_at: string
}

export interface ChatAccount {
  id: string
  app: string
  user_id: string
  since: string | null
  how: string
  reached: boolean
}

export interface TieCode {
  code: string
  expires_at: string
}

export interface NewSession extends SessionView {
  token: string
  known_device?: string | null
}

export interface ChangedSession extends SessionView {
  known_device?: string
}

/** One place where I am signed in; `this` is this phone. */
export interface MySession {
  id: string
  door: string
  device: string
  address: string | null
  since: string
  seen: string | null
  this: boolean
}
