/** The phone door's routes for 随手拍 and hazards (E07, E09, X06, X07). All throw Refused. */

import { query } from '../../logic/links'
import { noAnswer } from '../../logic/problems'
import { ask, asMe } from './door'
import { Refused } from './http'
import { ofUnit, orSeen } from '../storage/kept'
import type { GridNode } from '../shapes/grid'
import type { Datum } from '../shapes/door'
import { isHazard, type Hazard, type Likely, type SnapBody, type SnapOptions, type Told } from '../shapes/tasks'

export interface Where {
  grid?: string
  scan?: string
  lng?: number
  datum?: Datum
  lat?: number
  company?: string
}

const QUICK = 4_000

const hazardAt = (id: string, rest: string) => `/hazards/${encodeURIComponent(id)}${rest}`

export const readSnapOptions = (where: Where) => ask<SnapOptions>('GET', `/hazards/options${query({ ...where })}`)
export const readGrid = (parent: string | null, company?: string) =>
  ask<{ items: GridNode[] }>('GET', `/grid${query({ parent, company })}`)

/** What was reported there already. Nobody waits long for it. */
export async function readLikely(where: Where, what: string): Promise<Likely[]> {
  const reply = await asMe({
    method: 'GET',
    path: `/hazards/near${query({ ...where, what: what.slice(0, 200) })}`,
    timeout: QUICK,
  })
  return (reply.body as { items: Likely[] }).items
}

/** Report a hazard (E07). `key` is its Idempotency-Key. A 2xx that is no hazard counts as no answer. */
export async function reportHazard(key: string, body: SnapBody, timeout: number): Promise<Hazard> {
  const reply = await asMe({ method: 'POST', path: '/hazards', body, headers: { 'Idempotency-Key': key }, timeout })
  if (!isHazard(reply.body)) throw new Refused(noAnswer('unreadable', reply.status))
  return reply.body
}

/** Photos that the server has, for a hazard that I reported without them. */
export const addHazardPhotos = (id: string, photos: string[]) =>
  ask<Hazard>('POST', hazardAt(id, '/photos'), { photos })

export type HazardBox = 'mine' | 'open' | 'closed'
export const readHazards = (asked: { box: HazardBox; cursor?: string; limit?: number }) =>
  asked.cursor ? hazardsAt(asked) : orSeen('hazards', ofUnit(asked.box), () => hazardsAt(asked))
const hazardsAt = (asked: { box: HazardBox; cursor?: string; limit?: number }) =>
  ask<{ items: Hazard[]; next: string | null }>('GET', `/hazards${query(asked)}`)
export const readHazard = (id: string) => orSeen('hazard', id, () => ask<Hazard>('GET', hazardAt(id, '/view')))
export const readTimeline = (id: string) =>
  orSeen('timeline', id, () => ask<{ items: Told[] }>('GET', hazardAt(id, '/timeline')))
export const withdrawHazard = (id: string, comment: string) =>
  ask<Hazard>('POST', hazardAt(id, '/withdraw'), { comment })
export const askForTime = (id: string, due_at: string, reason: string) =>
  ask<Hazard>('POST', hazardAt(id, '/extensions'), { due_at, reason })
