import { get } from '@/api/client'

/** One time that a work was, or is, to be done. */
export interface WorkTask {
  id: string
  work: string
  title: string
  state: string
  due_at: string | null
  late: boolean
  done_at: string | null
  outcome_title: string | null
}
/** What a post asks of me, how often, when next. */
export interface WorkItem {
  id: string
  title: string
  text: string
  kind_title: string
  post: { id: string; name: string }
  rhythm: string
  next_on: string | null
  days_to_do: number
  last: WorkTask | null
}
export interface Work {
  items: WorkItem[]
  open: WorkTask[]
  done: WorkTask[]
  counts: { open: number; late: number; done: number }
}

export const readWork = () => get<Work>('/work')
