import { get, post, request, upload } from '@/api/client'
import type { Job } from './jobs'
import type {
  ActionAnswer,
  Attachment,
  Grouping,
  HistoryEntry,
  Ledger,
  Option,
  Page,
  Reference,
  Related,
  Rights,
  Row,
  Values,
  Finding,
} from '@/api/types'

const enc = encodeURIComponent

export const listLedgers = () => get<{ items: Ledger[] }>('/ledgers').then((answer) => answer.items)
export const listRights = () => get<Rights>('/rights')

/** `query` is what follows the question mark, as lib/query.ts makes it. */
export const listRows = (ledger: string, query: string, signal?: AbortSignal) =>
  get<Page>(`/${enc(ledger)}?${query}`, signal)
/** The first rows of every ledger that match. */
export const searchAll = async (q: string, signal?: AbortSignal) =>
  (await get<{ items: { ledger: string; row: Row }[] }>(`/search?q=${enc(q)}`, signal)).items
export const readRow = (ledger: string, id: string, signal?: AbortSignal) =>
  get<Row>(`/${enc(ledger)}/${enc(id)}`, signal)
export const createRow = (ledger: string, values: Values) => post<Row>(`/${enc(ledger)}`, { values })
export const editRow = (ledger: string, id: string, version: number, values: Values) =>
  request<Row>('PATCH', `/${enc(ledger)}/${enc(id)}`, { body: { version, values } })
export const deleteRow = (ledger: string, id: string) => request<void>('DELETE', `/${enc(ledger)}/${enc(id)}`)

export const listHistory = (ledger: string, id: string, cursor?: string) =>
  get<{ items: HistoryEntry[]; next: string | null }>(
    `/${enc(ledger)}/${enc(id)}/history${cursor ? `?cursor=${enc(cursor)}` : ''}`,
  )

/** What hangs on a row, by ledger. */
export const listRelated = (ledger: string, id: string) =>
  get<{ items: Related[] }>(`/${enc(ledger)}/${enc(id)}/related`).then((answer) => answer.items)

export const listAttachments = (ledger: string, id: string) =>
  get<{ items: Attachment[] }>(`/${enc(ledger)}/${enc(id)}/attachments`).then((answer) => answer.items)
export const addAttachment = (ledger: string, id: string, file: File, progress: (part: number) => void) =>
  upload<unknown>(`/${enc(ledger)}/${enc(id)}/attachments`, file, progress)
/** One of many files: it goes to the rows that name it. */
export const addNamedFile = (ledger: string, file: File, progress: (part: number) => void) =>
  upload<{ rows: Reference[]; message: string }>(`/${enc(ledger)}/files`, file, progress)
export const attachmentPath = (ledger: string, id: string, attachment: string) =>
  `/${enc(ledger)}/${enc(id)}/attachments/${enc(attachment)}`
export const deleteAttachment = (ledger: string, id: string, attachment: string) =>
  request<void>('DELETE', attachmentPath(ledger, id, attachment))

export const listOptions = (ledger: string, field: string, q: string, limit = 20) =>
  get<{ items: Option[] }>(`/${enc(ledger)}/options/${enc(field)}?q=${enc(q)}&limit=${limit}`).then(
    (answer) => answer.items,
  )

/** Groups of people that a field takes with one tap, and what these people are called. */
export const listGroupings = (ledger: string, field: string) =>
  get<{ items: Grouping[]; names: Record<string, string> }>(`/${enc(ledger)}/groupings/${enc(field)}`)

/** The answer is a Job where the action gives a file. */
export const runAction = (ledger: string, action: string, ids: string[], values: Values) =>
  post<ActionAnswer | Job>(`/${enc(ledger)}/actions/${enc(action)}`, { ids, values })

export const templatePath = (ledger: string) => `/${enc(ledger)}/template.xlsx`
export const checkImport = (ledger: string, file: File, progress: (part: number) => void) =>
  upload<Job>(`/${enc(ledger)}/imports`, file, progress)
export const commitImport = (ledger: string, job: string, options: Values) =>
  post<Job>(`/${enc(ledger)}/imports/${enc(job)}/commit`, { options })
/** Does what an import left; the job makes a file. */
export const followImport = (ledger: string, job: string, name: string) =>
  post<Job>(`/${enc(ledger)}/imports/${enc(job)}/${enc(name)}`, {})
export const errorBookPath = (ledger: string, job: string) => `/${enc(ledger)}/imports/${enc(job)}/errors.xlsx`

export interface ExportOrder {
  q: string
  filters: Record<string, string[] | { from?: string; to?: string }>
  sort: string
  columns: string[]
}
export const orderExport = (ledger: string, order: ExportOrder) =>
  post<Job>(`/${enc(ledger)}/exports`, order as unknown as Record<string, unknown>)

/** What a probe makes of the form so far; nothing is written. */
export const askProbe = (ledger: string, probe: string, values: Values) =>
  post<Finding>(`/${enc(ledger)}/probes/${enc(probe)}`, { values })

/** Takes a whole import back. */
export const undoImport = (ledger: string, job: string) => post<Job>(`/${enc(ledger)}/imports/${enc(job)}/undo`, {})
