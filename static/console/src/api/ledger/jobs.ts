/** Long work and what imports say of a sheet, as the server sends them. */
import type { ErrorBody } from '@/api/types'

export interface ImportError {
  row: number
  column: string
  cell: string
  code: string
  message: string
  value: unknown
}

export interface ImportCheck {
  file: string
  sheet: string
  rows: number
  good: number
  bad: number
  creates: number
  updates: number
  errors: ImportError[]
  errors_total?: number
  /** What was passed over, in sentences. */
  notes?: string[]
  /** What one should know of single right rows. */
  remarks?: { row: number; text: string }[]
  remarks_total?: number
  /** Whether the ledger's import options matter for this sheet, and which of them. */
  asks?: boolean
  choices?: string[]
  preview: {
    columns: string[]
    rows: { row: number; values: unknown[]; verdict: 'create' | 'update' | 'left' | 'error' }[]
  }
}

/** What came of an import, and what it left to be done. */
export interface Imported {
  created: number
  updated: number
  left?: { message: string; count: number; offer: { name: string; title: string; again: string } | null }
}

export type JobState = 'waiting' | 'running' | 'done' | 'failed'

export interface Job {
  id: string
  kind: 'import_check' | 'import_commit' | 'export' | 'action'
  ledger: string
  title: string
  state: JobState
  done: number
  total: number | null
  started_at: string | null
  finished_at: string | null
  result: Record<string, unknown> | null
  error: ErrorBody | null
  file: { name: string; size: number; mime: string } | null
}
