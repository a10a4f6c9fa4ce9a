import { get, post } from './client'

const enc = encodeURIComponent

export interface Message {
  id: string
  kind: string
  title: string
  text: string
  link: string | null
  created_at: string
  read_at: string | null
  needs_answer: boolean
  answer: string | null
  subject: { kind: string; id: string } | null
}

export interface MessagePage {
  items: Message[]
  next: string | null
  unread: number
}

export const listMessages = (asked: { cursor?: string; unread?: boolean; limit?: number }) => {
  const query = new URLSearchParams()
  if (asked.cursor) query.set('cursor', asked.cursor)
  if (asked.unread) query.set('unread', '1')
  if (asked.limit) query.set('limit', String(asked.limit))
  return get<MessagePage>(`/messages?${query}`)
}
export const readMessages = (which: { ids: string[] } | { all: true }) => post<{ unread: number }>('/messages/read', which)

export interface Trial {
  id: string
  state: string
  reason: string | null
}
/** Sends a test by one way; the answer names the delivery, which the ledger of deliveries tells more about. */
export const tryWay = (ledger: string, id: string) => post<{ delivery: string; state: string; reason?: string | null }>(`/ways/${enc(ledger)}/${enc(id)}/test`, {})
