/** Boards of how things stand, on the phone. Throws Refused. */

import { query } from '../../logic/links'
import { ask } from './door'
import { ofUnit, orSeen } from '../storage/kept'

export interface Leads {
  ledger: string
  filters: Record<string, string[] | { from?: string; to?: string }>
}
export interface Tile {
  name: string
  title: string
  kind: 'numbers' | 'split' | 'chart' | 'list'
  help: string
  cut: string
  numbers: {
    title: string
    value: number | null
    of: number | null
    unit: string
    tone: string
    text: string
    leads: Leads | null
  }[]
  bars: { label: string; value: number; late: number; leads: Leads | null }[]
  rows: { label: string; note: string; ledger: string; row: string }[]
}
export interface Board {
  title: string
  at: string
  place: string
  company: string | null
  site: string | null
  sites: { id: string; name: string }[]
  tiles: Tile[]
}

export function readBoard(name: string, place: { company?: string; site?: string }) {
  const address = `/boards/${name}${query(place)}`
  return orSeen('board', ofUnit(address), () => ask<Board>('GET', address))
}
