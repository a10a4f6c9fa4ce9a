import { get } from '@/api/client'
import type { Tone } from '@/api/types'

/** Something that a post asks, and how that stands for me. */
export interface Asked {
  title: string
  detail: string
  state: string
  state_title: string
  tone: Tone
  until: string | null
}
/** As a table shows it, whether it says how much is asked or by which posts. */
export type AskedLine = Omit<Asked, 'detail'> & { detail?: string; posts?: string }
export interface MyPost {
  id: string
  name: string
  duties: string
  works: { title: string; detail: string; rhythm: string }[]
  certificates: Asked[]
  trainings: Asked[]
  factors: { title: string; detail: string }[]
}
export interface MyCertificates {
  items: {
    id: string
    number: string
    code: string
    project: string
    valid_until: string
    state: 'valid' | 'expiring' | 'expired' | 'revoked'
    unit: { id: string; name: string }
  }[]
  asked: (Omit<Asked, 'detail'> & { type: string; posts: string; number: string })[]
  sent: { id: string; title: string; number: string; state: string; state_title: string; reason: string }[]
}
export interface MyTraining {
  asked: (Asked & { posts: string; links: { title: string; address: string }[] })[]
  done: {
    id: string
    course: string
    type: string
    held_on: string
    hours: number
    score: number | null
    result_title: string
    tone: Tone
    counts_until: string | null
    address: string | null
  }[]
  hours: number
}
export interface ToRead {
  ledger: string
  id: string
  title: string
  noun: string
  edition: number
  why: string
  in_force_at: string
  state: string
}

export const readMyPosts = () => get<{ items: MyPost[] }>('/my-posts')
export const readMyCertificates = () => get<MyCertificates>('/my-certificates')
export const readMyTraining = () => get<MyTraining>('/my-training')
export const readMyReading = () => get<{ items: ToRead[]; unread: number }>('/my-reading')
