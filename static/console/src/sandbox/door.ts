/** The sandbox's own API and its live feed. */
import type { Entry, Member, Thread, WantedFault, WireLine, WireWhole, World } from './shapes'

const API = '/sandbox/api'

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(API + path, init).catch(() => null)
  if (!answer) throw new Error('连不上聊天沙箱，请看看安班是否还在运行')
  const body = (await answer.json().catch(() => null)) as { error?: string } | null
  if (!answer.ok) throw new Error(body?.error ?? `沙箱没有回应（${answer.status}）`)
  return body as T
}

const post = <T>(path: string, body: unknown) =>
  ask<T>(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
const person = (id: string) => `/people/${encodeURIComponent(id)}`

export const readWorld = () => ask<World>('/state')
export const readThreads = (id: string) => ask<{ person: Member; threads: Thread[] }>(person(id))
export const readEntries = (owner: string, thread: string) =>
  ask<{ entries: Entry[] }>(`/threads/${encodeURIComponent(owner)}/${encodeURIComponent(thread)}`)
export const say = (id: string, thread: string, text: string) => post(`${person(id)}/say`, { thread, text })
export const sendPlace = (id: string, thread: string, place: { lng: number; lat: number; label: string }) =>
  post(`${person(id)}/place`, { thread, ...place })
export const sendPhoto = (id: string, thread: string, file: File) =>
  ask(`${person(id)}/photo?thread=${encodeURIComponent(thread)}&name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    body: file,
  })
export const press = (id: string, serial: number, key: string, chosen: Record<string, string[]>) =>
  post<{ delivered: { problem?: string } | null }>(`${person(id)}/press`, { serial, key, chosen })
export const pick = (id: string, serial: number, key: string) => post(`${person(id)}/pick`, { serial, key })
export const menu = (id: string, agent: number, key: string) => post(`${person(id)}/menu`, { agent, key })
export const enter = (id: string, agent: number) => post(`${person(id)}/event`, { agent, name: 'enter_agent' })
export const markRead = (id: string, owner: string, thread: string) => post(`${person(id)}/read`, { owner, thread })
export const forward = (seconds: number) => post('/clock', { seconds })
export const addFault = (fault: WantedFault) => post('/faults', fault)
export const removeFault = (id?: number) => ask(`/faults${id ? `?id=${id}` : ''}`, { method: 'DELETE' })
export const readWire = (path: string) => ask<{ lines: WireLine[] }>(`/wire?path=${encodeURIComponent(path)}`)
export const readLine = (id: number) => ask<WireWhole>(`/wire/${id}`)

/** How a phone opens a link: through the sandbox, which then knows whose phone it is. */
export const openedBy = (who: string, slot: string, url: string) =>
  `/sandbox/open?${new URLSearchParams({ who, slot, url })}`

/**
 * Listens for ever: `hear(owner)` for one screen (null: everything may have changed), `wire()` for a request,
 * `online(yes)` when the line comes and goes. Gives what changes the watch.
 */
export function listen(hear: (owner: string | null) => void, wire: () => void, online: (yes: boolean) => void) {
  let socket: WebSocket | null = null
  let wanted = { watch: [] as string[], wire: true }
  let wait = 500
  const tell = () => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(wanted))
  function open() {
    socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/sandbox/live`)
    socket.onopen = () => {
      wait = 500
      online(true)
      tell()
    }
    socket.onmessage = (message) => {
      const news = JSON.parse(String(message.data)) as { type: string; owner?: string }
      if (news.type === 'watching') hear(null)
      else if (news.type === 'wire') wire()
      else hear(news.owner ?? null)
    }
    socket.onclose = () => {
      online(false)
      setTimeout(open, wait)
      wait = Math.min(wait * 2, 8000)
    }
  }
  open()
  return (watch: string[]) => {
    wanted = { watch, wire: true }
    tell()
  }
}
