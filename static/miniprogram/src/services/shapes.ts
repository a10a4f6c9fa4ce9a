/** The shapes of the phone door, as docs/http-api.md writes them down. */

export interface Place {
  lng: number
  lat: number
  /** Metres. */
  accuracy: number
}

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
  must_change_password: boolean
}

export interface NewSession extends SessionView {
  token: string
}

export interface Binding {
  id: string
  unit: Ref
  state: UnitState
  applied_at: string
}

export interface ClockIn {
  id: string
  day: string
  scanned_at: string
  received_at: string
  late: boolean
  place: Place | null
  unit: Ref
  person: Ref
  equipment: { id: string; name: string; code: string; register_no: string; location: string; type: string }
  certificate: { number: string; code: string; project: string; valid_until: string }
  created: boolean
}

export interface Today {
  day: string
  server_time: string
  unit: Unit | null
  state: 'on_duty' | 'off' | 'no_unit' | 'waiting'
  title: string
  records: ClockIn[]
  equipment: { id: string; name: string; location: string; codes: string[]; last_scan: string | null }[]
  certificates: { valid: number; expiring: number; expired: number }
}

export type CertificateState = 'valid' | 'expiring' | 'expired' | 'revoked'

/** The equipment that a label stands at. */
export interface Labelled extends Ref {
  location: string | null
  codes: string[]
  unit: Ref
  state: 'in_use' | 'stopped' | 'scrapped'
}

export interface Certificate {
  id: string
  number: string
  code: string
  project: string
  valid_until: string
  state: CertificateState
  unit: Ref
}

export interface Page<T> {
  items: T[]
  next: string | null
}

/** True when an answer's body is a clock-in; a captive portal's 200 must never count as one. */
export function isClockIn(body: unknown): body is ClockIn {
  const record = body as ClockIn | null
  return Boolean(record && typeof record === 'object' && record.id && record.equipment?.name && record.scanned_at)
}
