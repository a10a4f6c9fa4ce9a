import { get, post } from '@/api/client'

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
  /** For whom I am asked besides: names. */
  stands_for: string[]
  answer: string | null
  subject: { kind: string; id: string }
}

export type Shown = 'all' | 'unread' | 'waiting'

export const readMessages = (show: Shown, cursor = '', limit = 30) =>
  get<{ items: MyMessage[]; next: string | null; unread: number }>(
    `/messages?limit=${limit}${show === 'all' ? '' : `&${show}=true`}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
  )
export const countMessages = () => get<{ unread: number }>('/messages/count')
export const markRead = (ids: string[] | null) =>
  post<{ unread: number }>('/messages/read', ids ? { ids } : { all: true })
