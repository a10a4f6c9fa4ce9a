import { get, post } from './client'

/** Something that was told to me (K01). */
export interface MyMessage {
  id: string
  kind: string
  title: string
  text: string
  link: string | null
  created_at: string
  read_at: string | null
  needs_answer: boolean
  answer: string | null
  subject: { kind: string; id: string }
}

export const readMessages = (unread: boolean, cursor = '') =>
  get<{ items: MyMessage[]; next: string | null; unread: number }>(
    `/messages?limit=30${unread ? '&unread=true' : ''}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
  )
export const countMessages = () => get<{ unread: number }>('/messages/count')
export const markRead = (ids: string[] | null) => post<{ unread: number }>('/messages/read', ids ? { ids } : { all: true })
