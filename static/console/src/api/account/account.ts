import { get, request } from '@/api/client'
import type { Me } from '@/api/types'

/**
 * What `second_factor_required` carries: half a session, and whether a code is asked for or one is to be set up first.
 */
export interface Half {
  token: string
  step: 'code' | 'enrol'
  expires_at: string
}

/** What to set up an authenticator with; `picture` is an SVG. */
export interface Offer {
  secret: string
  uri: string
  picture: string
}

export interface Factor {
  on: boolean
  since: string | null
  required: boolean
  recovery_codes_left: number
}

export interface MySession {
  id: string
  door: string
  device: string
  address: string | null
  since: string
  seen: string | null
  this: boolean
}

/** 401 here means that the half session is over, never “ask again”. */
const half = <T>(path: string, body: unknown) =>
  request<T>('POST', `/session/second-factor${path}`, { body, signIn: false })

export const sendCode = (token: string, code: string) => half<Me>('', { token, code })
export const firstOffer = (token: string) => half<Offer>('/offer', { token })
export const enrol = (token: string, code: string) =>
  half<{ session: Me; recovery_codes: string[] }>('/enrolment', { token, code })

export const readFactor = () => get<Factor>('/second-factor')
export const newOffer = () => request<Offer>('POST', '/second-factor')
export const confirmFactor = (code: string) =>
  request<{ recovery_codes: string[] }>('POST', '/second-factor/confirmation', { body: { code } })
export const newRecoveryCodes = () => request<{ recovery_codes: string[] }>('POST', '/second-factor/recovery-codes')
export const switchFactorOff = () => request<void>('DELETE', '/second-factor')

export const readMySessions = () => get<{ items: MySession[] }>('/sessions').then((answer) => answer.items)
export const endMySession = (id: string) => request<void>('DELETE', `/sessions/${encodeURIComponent(id)}`)
export const endMyOthers = () => request<{ ended: number }>('DELETE', '/sessions')
export const prove = (proof: string) => request<void>('POST', '/session/proof', { body: { proof } })
