import { BASE } from '@/api/client'
import type { LiveMessage } from '@/api/types'
import { backoff } from '@/lib/ledger/news'

type Listener = (message: LiveMessage) => void

const listeners = new Set<Listener>()
let socket: WebSocket | null = null
let timer: number | undefined
let tries = 0
let wanted = false

/** True while news comes by itself; otherwise lists look for themselves. */
export const isLive = (): boolean => socket !== null && socket.readyState === 1 // OPEN

function open(): void {
  timer = undefined
  if (!wanted || socket) return
  const address = new URL(`${BASE}/live`, window.location.href)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  try {
    socket = new WebSocket(address)
  } catch {
    return retry()
  }
  socket.onopen = () => {
    const missed = tries > 0
    tries = 0
    // What happened while the line was down was told to nobody: look once.
    if (missed) for (const listener of listeners) listener({ type: 'hello' })
  }
  socket.onmessage = (event) => {
    try {
      const message = JSON.parse(String(event.data)) as LiveMessage
      if (message.type === 'changed' || message.type === 'messages') for (const listener of listeners) listener(message)
    } catch {
      // a frame that is not ours says nothing
    }
  }
  socket.onclose = retry
}

function retry(): void {
  socket = null
  if (!wanted || timer !== undefined) return
  timer = window.setTimeout(open, backoff(tries++) * 1000)
}

/** Begins to listen; call once after sign-in. */
export function startLive(): void {
  wanted = true
  if (!socket && timer === undefined) open()
}

/** Listens again after a while without: what happened meanwhile is looked at once. */
export function resumeLive(): void {
  tries = 1
  startLive()
}

/** Ends it, at sign-out and while the session is over. */
export function stopLive(): void {
  wanted = false
  window.clearTimeout(timer)
  timer = undefined
  socket?.close()
  socket = null
  tries = 0
}

/** Calls `listener` for every change; the returned function ends that. */
export function onLive(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
