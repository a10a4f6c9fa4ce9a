import { get, post } from '@/api/client'
import type { HistoryEntry, Tone } from '@/api/types'

const enc = encodeURIComponent

export interface Decision {
  step: string
  outcome: string
  comment: string
  at: string
  by: string
  refused: boolean
}

export interface Edition {
  id: string
  edition: number
  standing: string
  title: string
  tone: Tone
  this: boolean
  why: string
  end_reason: string
  in_force_at: string | null
  ended_at: string | null
  changes: HistoryEntry['changes']
  decisions: Decision[]
}

export interface Reader {
  person: string
  name: string
  unit: string
  department: string
  read_at: string | null
}

export interface Reading {
  asked: boolean
  /** Not in force yet, and to be read once it is. */
  later: boolean
  mine: 'read' | 'unread' | null
  may_mark: boolean
  /** Empty for who sees about themselves alone. */
  read: number | null
  unread: number | null
  items: Reader[]
  more: number
}

export const listEditions = (ledger: string, id: string) =>
  get<{ items: Edition[] }>(`/${enc(ledger)}/${enc(id)}/editions`).then((answer) => answer.items)
export const readReading = (ledger: string, id: string) => get<Reading>(`/${enc(ledger)}/${enc(id)}/reading`)
export const markRead = (ledger: string, id: string) => post<Reading>(`/${enc(ledger)}/${enc(id)}/reading`, {})
