/** The phone door's routes for what I have to read (B02). All throw Refused. */

import { ask } from './door'
import { fetchFile } from './http'
import { bearer } from '../../state/session'

export interface ToRead {
  ledger: string
  id: string
  title: string
  noun: string
  edition: number
  why: string
  in_force_at: string
  state: 'unread' | 'read' | ''
}

export interface Paper {
  id: string
  name: string
  size: number
  mime: string
}

export interface EditionToRead extends ToRead {
  may_mark: boolean
  /** What it says otherwise than the edition before. */
  changes: { title: string; old: string; new: string }[]
  texts: { title: string; text: string }[]
  facts: { title: string; text: string }[]
  files: Paper[]
}

const at = (ledger: string, id: string, rest = '') =>
  `/reading/${encodeURIComponent(ledger)}/${encodeURIComponent(id)}${rest}`

export const readReading = () => ask<{ items: ToRead[]; unread: number }>('GET', '/reading')
export const readEdition = (ledger: string, id: string) => ask<EditionToRead>('GET', at(ledger, id))
export const markRead = (ledger: string, id: string) => ask<EditionToRead>('POST', at(ledger, id), {})

/** Fetch a file and show it; false where it did not come. */
export async function openPaper(ledger: string, id: string, paper: Paper): Promise<boolean> {
  const found = await fetchFile(at(ledger, id, `/files/${encodeURIComponent(paper.id)}`), bearer())
  if (!found) return false
  if (paper.mime.startsWith('image/')) {
    uni.previewImage({ urls: [found] })
    return true
  }
  // #ifdef H5
  const link = document.createElement('a')
  link.href = found
  link.download = paper.name
  link.click()
  // #endif
  // #ifndef H5
  uni.openDocument({ filePath: found, showMenu: true })
  // #endif
  return true
}
