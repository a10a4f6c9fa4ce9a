/** The phone door's routes for tasks, cases and my periodic work (H02 to H06, K05). All throw Refused. */

import { query } from '../../logic/links'
import { noAnswer } from '../../logic/problems'
import { asMe, ask } from './door'
import { isGiven, type Given, type Giving } from '../shapes/given'
import { Refused } from './http'
import { ofUnit, orSeen, see, seen } from '../storage/kept'
import { rowOfStarted } from '../../logic/tasks/tasks'
import type { CaseView, Counts, Points, Ranking, StartedPage, TaskPage, TaskView, Work } from '../shapes/tasks'
import type { Colleague } from '../shapes/door'

export type Box = 'todo' | 'done' | 'started' | 'followed' | 'given'

/** So many tasks are fetched before anybody opens them, and so long after the list (milliseconds). */
const AHEAD = 10
const AHEAD_AFTER = 1500

const taskAt = (id: string, rest = '') => `/tasks/${encodeURIComponent(id)}${rest}`
const caseAt = (id: string, rest = '') => `/cases/${encodeURIComponent(id)}${rest}`

export async function readTasks(asked: { box: Box; cursor?: string; limit?: number }): Promise<TaskPage> {
  const fetch = () => (asked.box === 'started' ? readStarted(asked) : ask<TaskPage>('GET', `/tasks${query(asked)}`))
  if (asked.cursor) return fetch()
  const page = await orSeen('tasks', ofUnit(asked.box), fetch)
  if (asked.box === 'todo') setTimeout(() => void readAhead(page), AHEAD_AFTER)
  return page
}

/** What I sent on its way, as rows of the same list: where each stands, and with whom. */
async function readStarted(asked: { box: Box; cursor?: string; limit?: number }): Promise<TaskPage> {
  const page = await ask<StartedPage>('GET', `/cases${query(asked)}`)
  return { ...page, items: page.items.map(rowOfStarted) }
}

/** What is to be done in a cellar is fetched while there is still a signal. Silence is no trouble here. */
async function readAhead({ items }: TaskPage): Promise<void> {
  const unseen = items
    .slice(0, AHEAD)
    .filter(({ kind, id, state }) => kind !== 'follow' && state === 'open' && !seen('task', id))
  for (const { id } of unseen) {
    try {
      see('task', id, await ask<TaskView>('GET', taskAt(id)))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return
    }
  }
}
export const readCounts = () => ask<Counts>('GET', '/tasks/counts')
export const readTask = (id: string) => orSeen('task', id, () => ask<TaskView>('GET', taskAt(id)))
/** My task of a card that several were sent; null where I have no part in the case. */
export const myTask = (asked: { case?: string; step?: string; ledger?: string; row?: string }) =>
  orSeen('mine', Object.values(asked).join('.'), () =>
    ask<{ task: string | null; case: string | null }>('GET', `/tasks/mine${query(asked)}`),
  )
/** Do a task. `key` is its Idempotency-Key, where it is sent again until there is an answer. */
export async function decideTask(
  id: string,
  body: { outcome: string; values: object; comment: string },
  key?: string,
): Promise<TaskView> {
  const reply = await asMe({
    method: 'POST',
    path: taskAt(id, '/decide'),
    body,
    headers: key ? { 'Idempotency-Key': key } : {},
  })
  see('task', id, reply.body)
  return reply.body as TaskView
}
export const handOn = (id: string, person: string, comment: string) =>
  ask<TaskView>('POST', taskAt(id, '/hand-on'), { person, comment })
export const addSigners = (id: string, persons: string[], before: boolean, comment: string) =>
  ask<TaskView>('POST', taskAt(id, '/signers'), { persons, before, comment })
export const findPeople = (q: string, of?: string) =>
  ask<{ items: Colleague[] }>('GET', `/tasks/people${query({ q, case: of })}`)

const givenAt = (id: string, rest = '') => `/given/${encodeURIComponent(id)}${rest}`
/**
 * Give a task (H03). `key` is its Idempotency-Key; `again` says that it was given before. A 2xx that is no task counts
 * as no answer.
 */
export async function giveTask(key: string, body: Giving): Promise<{ given: Given; again: boolean }> {
  const reply = await asMe({ method: 'POST', path: '/tasks/given', body, headers: { 'Idempotency-Key': key } })
  if (!isGiven(reply.body)) throw new Refused(noAnswer('unreadable', reply.status))
  return { given: reply.body, again: reply.status === 200 }
}
export const readGiven = (id: string) => orSeen('given', id, () => ask<Given>('GET', givenAt(id)))
export const remindGiven = (id: string) => ask<{ reminded: number }>('POST', givenAt(id, '/remind'))
export const cancelGiven = (id: string) => ask<Given>('DELETE', givenAt(id))

export const readCase = (id: string) => orSeen('case', id, () => ask<CaseView>('GET', caseAt(id)))
export const urgeCase = (id: string) => ask<CaseView>('POST', caseAt(id, '/urge'))
export const withdrawCase = (id: string, comment: string) => ask<CaseView>('POST', caseAt(id, '/withdraw'), { comment })
export const remark = (id: string, text: string, mentions: string[]) =>
  ask<CaseView>('POST', caseAt(id, '/comments'), { text, mentions })

const followAt = (kind: string, id: string) => `/follows/${kind}/${encodeURIComponent(id)}`
export const isFollowing = (kind: string, id: string) => ask<{ following: boolean }>('GET', followAt(kind, id))
export const follow = (kind: string, id: string, on: boolean) =>
  ask<{ following: boolean }>(on ? 'PUT' : 'DELETE', followAt(kind, id))

export const readWork = () => ask<Work>('GET', '/work')
export const readRanking = (period: string, by: string) =>
  ask<Ranking>('GET', `/points/ranking?period=${period}&by=${by}`)
export const readPoints = () => ask<Points>('GET', '/points')
