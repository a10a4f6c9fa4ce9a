/**
 * The live line (K01): how many messages are unread, as soon as that changes. The token goes in the first frame,
 * never in the address. Where the line is cut it is taken up again, later and later; pages look by themselves
 * meanwhile.
 */

import { backoff } from '../../logic/queue/queue'
import { bearer } from '../../state/session'
import { unread } from '../../state/unread'
import { serverOrigin } from '../doors/origin'

const listeners = new Set<() => void>()
let task: UniApp.SocketTask | null = null
let timer: ReturnType<typeof setTimeout> | undefined
let wanted = false
let tries = 0
let up = false

/** True while news comes by itself. */
export const isLive = (): boolean => up

/** Calls `listener` when my messages changed; the returned function ends that. */
export function onNews(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Listen from now on (the app is in front, somebody is signed in). */
export function startLive(): void {
  wanted = true
  clearTimeout(timer)
  open()
}

/** Let the line go (the app is behind, nobody is signed in). */
export function stopLive(): void {
  wanted = false
  clearTimeout(timer)
  task?.close({})
  task = null
  up = false
  tries = 0
}

function open(): void {
  const origin = serverOrigin()
  const token = bearer()
  if (!wanted || task || !origin || !token) return
  const line = uni.connectSocket({ url: `${origin.replace(/^http/, 'ws')}/api/mp/v1/live`, complete: () => undefined })
  task = line
  line.onOpen(() => line.send({ data: JSON.stringify({ type: 'hello', token }) }))
  line.onMessage(({ data }) => hear(String(data)))
  line.onError(() => gone(line))
  line.onClose(() => gone(line))
}

function hear(data: string): void {
  up = true
  tries = 0
  const news = JSON.parse(data) as { type?: string; unread?: number }
  if (news.type !== 'messages' || typeof news.unread !== 'number') return
  unread.count = news.unread
  listeners.forEach((listener) => listener())
}

function gone(line: UniApp.SocketTask): void {
  if (task !== line) return
  task = null
  up = false
  clearTimeout(timer)
  if (wanted) timer = setTimeout(open, backoff(++tries) * 1000)
}
