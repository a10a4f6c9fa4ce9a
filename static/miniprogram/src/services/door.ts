/** Every route of the phone door, one function each. All throw Refused. */

import { call } from './http'
import { bearer, signedOut } from '../state/session'
import type { Binding, Certificate, ClockIn, Labelled, NewSession, Page, Place, Ref, SessionView, Today, Unit } from './shapes'
import { isClockIn } from './shapes'
import { Refused, type Method } from './http'
import { noAnswer, signInNeeded } from '../logic/problems'
import { query } from '../logic/links'

async function ask<T>(method: Method, path: string, body?: unknown): Promise<T> {
  return (await asMe({ method, path, body })).body as T
}

async function asMe(request: Parameters<typeof call>[0]) {
  const token = bearer()
  try {
    return await call({ ...request, token })
  } catch (error) {
    // Only the token that was refused is thrown away: a new one may have come while the answer was under way.
    if (error instanceof Refused && signInNeeded(error.problem) && token === bearer()) signedOut('expired')
    throw error
  }
}

/** Sign in with phone number and password. */
export async function signIn(login: string, password: string, device: string): Promise<NewSession> {
  const body = { provider: 'password', login, password, device }
  return (await call({ method: 'POST', path: '/session', body })).body as NewSession
}

export const readSession = () => ask<SessionView>('GET', '/session')
export const endSession = () => ask<null>('DELETE', '/session')
export const changePassword = (current: string, fresh: string) =>
  ask<SessionView>('POST', '/password', { current, new: fresh })
export const chooseUnit = (unit: string) => ask<{ units: Unit[] }>('PUT', '/unit', { unit })
export const findUnits = (q: string) => ask<{ items: Ref[] }>('GET', `/units${query({ q })}`)
export const applyTo = (unit: string, note: string) =>
  ask<Binding>('POST', '/bindings', note ? { unit, note } : { unit })
export const readBindings = () => ask<{ items: Binding[] }>('GET', '/bindings')
export const readToday = (unit?: string) => ask<Today>('GET', `/today${query({ unit })}`)
export const readLabel = (code: string) => ask<Labelled>('GET', `/labels/${code}`)
export const readCertificates = () => ask<{ items: Certificate[] }>('GET', '/certificates')
export const readMonth = (month: string, unit?: string) =>
  ask<{ month: string; days: { day: string; count: number }[] }>('GET', `/clock-ins/calendar${query({ month, unit })}`)
export const readClockIns = (asked: { from: string; to: string; unit?: string; cursor?: string; limit?: number }) =>
  ask<Page<ClockIn>>('GET', `/clock-ins${query(asked)}`)

export interface ClockInBody {
  qr: string
  unit: string
  scanned_at: string
  place: Place | null
  sent_at: string
}

/** Book one scan. `key` is its Idempotency-Key. A 2xx that is no clock-in counts as no answer. */
export async function clockIn(key: string, body: ClockInBody, timeout: number): Promise<ClockIn> {
  const headers = { 'Idempotency-Key': key }
  const reply = await asMe({ method: 'POST', path: '/clock-ins', body, headers, timeout })
  if (!isClockIn(reply.body)) throw new Refused(noAnswer('unreadable', reply.status))
  return { ...reply.body, created: reply.status === 201 }
}
