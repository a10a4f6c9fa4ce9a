import type { CaseBox, Decided, Offer, TaskBox, TaskField, TaskItem } from '@/api/tasks/tasks'
import type { Field, Kind, Ledger, LiveMessage, Tone } from '@/api/types'
import { clock, showMoment } from '@/lib/moments'

export const TASK_BOXES: { value: TaskBox; title: string; empty: string }[] = [
  { value: 'todo', title: '待办', empty: '没有等您办、等您审的事。有新的会出现在这里，也会发到聊天里。' },
  { value: 'done', title: '已办', empty: '还没有办过的事。办完的会留在这里，随时可以查。' },
  { value: 'given', title: '我指派的', empty: '还没有指派过任务。点“指派任务”，写清做什么、谁来做、什么时候做完。' },
  { value: 'followed', title: '关注', empty: '还没有关注的事。打开一件事，点“关注”，有进展就会告诉您。' },
  { value: 'all', title: '所有任务', empty: '您能查看的单位还没有任务。流程走到谁那里、指派给谁，都会列在这里。' },
]
export const CASE_BOXES: { value: CaseBox; title: string; empty: string }[] = [
  { value: 'started', title: '我发起的', empty: '您还没有发起过。上报隐患、提交计划、申请延期以后，会列在这里。' },
  { value: 'all', title: '所有审批', empty: '您能查看的单位还没有审批。' },
]
/** Of the list of all that I have to do, those that are approvals. */
export const APPROVALS = 'approve'

/** A tab of 任务和审批; `page` is where its list is shown. What waits for my word stands in 待办, and nowhere else. */
export interface DeskTab {
  page: 'tasks' | 'approvals'
  value: string
  title: string
}
/** The tabs of 任务和审批 for who may do so much: one row of them, whichever list is shown. */
export function deskTabs(may: (right: string) => boolean): DeskTab[] {
  const tabs: [DeskTab['page'], string, string?][] = [
    ['tasks', 'todo'],
    ['tasks', 'done'],
    ['approvals', 'started'],
    ['tasks', 'given', 'tasks.give'],
    ['tasks', 'followed'],
    ['tasks', 'all', 'tasks.read_all'],
    ['approvals', 'all', 'approvals.read_all'],
  ]
  return tabs.flatMap(([page, value, right]) => {
    const box = (page === 'tasks' ? TASK_BOXES : CASE_BOXES).find((one) => one.value === value)!
    return !right || may(right) ? [{ page, value, title: box.title }] : []
  })
}
let known: Kind[] = []
/** Takes over which kinds there are, as the server says with the session. */
export const learnKinds = (kinds: Kind[]): void => void (known = kinds)
/** The kinds that come as tasks. */
export const taskKinds = (): Kind[] => known.filter((kind) => kind.tasks)
/** In which ledger a kind is kept: its references are picked there. */
export const ledgerOf = (kind: string): string => known.find((one) => one.name === kind)?.ledger ?? ''

/**
 * What a decision's form asks for as it stands: what hangs on another's value is there, and required, while that has
 * it.
 */
export const askedNow = (fields: TaskField[], valueOf: (name: string) => unknown): TaskField[] =>
  fields.flatMap((field) =>
    !field.needed_when
      ? [field]
      : valueOf(field.needed_when[0]) === field.needed_when[1]
        ? [{ ...field, required: true }]
        : [],
  )

/** Where a reference field is picked: in its kind's own ledger, or else in any of mine that has the same field. */
export function pickedAt(ledgers: Ledger[], kind: string, field: Pick<Field, 'name' | 'to'>): string {
  const has = (ledger: Ledger | undefined) =>
    !!ledger?.fields.some((one) => one.name === field.name && one.to === field.to)
  const own = ledgers.find((ledger) => ledger.name === ledgerOf(kind))
  return (has(own) ? own : ledgers.find(has))?.name ?? ledgerOf(kind)
}

const DOORS: Record<string, string> = {
  phone: '手机',
  console: '网页',
  chat: '企业微信',
  card: '企业微信',
  import: '导入',
  system: '系统',
  cli: '系统',
}
export const doorText = (door: string): string => DOORS[door] ?? door

/** What of a list stands in the address. */
export interface BoxQuery {
  box: string
  q: string
  kind: string
  state: string
  overdue: boolean
  cursor: string
}
type Address = Record<string, unknown>
const one = (value: unknown): string => (typeof value === 'string' ? value : '')

export function readBox(address: Address, boxes: { value: string }[]): BoxQuery {
  const box = boxes.find((each) => each.value === address.box)?.value ?? boxes[0]!.value
  return {
    box,
    q: one(address.q),
    kind: one(address.kind),
    state: one(address.state),
    overdue: address.overdue === '1',
    cursor: one(address.cursor),
  }
}
/** The address that says the same; what is usual (the first list, 待办) is left out. */
export function writeBox(query: BoxQuery, boxes: { value: string }[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries({
      box: query.box === 'todo' && boxes[0]!.value === 'todo' ? '' : query.box,
      q: query.q,
      kind: query.kind,
      state: query.state,
      overdue: query.overdue ? '1' : '',
      cursor: query.cursor,
    }).filter(([, value]) => value),
  )
}
/** What is asked of the server. */
export function boxWire(query: BoxQuery, limit: number): string {
  const out = new URLSearchParams({ box: query.box, limit: String(limit) })
  for (const name of ['q', 'kind', 'state', 'cursor'] as const) if (query[name]) out.set(name, query[name])
  if (query.overdue) out.set('overdue', 'true')
  return out.toString()
}
export const isNarrowed = (query: BoxQuery): boolean =>
  !!(query.q || query.kind || query.state || query.overdue || query.cursor)

/** 今天 18:00（还有 3 小时）, and how it is to be looked at. */
export function dueText(due: string | null | undefined, over: boolean, now = Date.now()): { text: string; tone: Tone } {
  if (!due) return { text: '', tone: 'plain' }
  const left = Date.parse(due) - (now + clock.skew)
  const text = showMoment(due)
  if (over) return { text, tone: 'plain' }
  if (left < 0) return { text: `${text} 超时 ${span(-left)}`, tone: 'bad' }
  return {
    text: left < 86_400_000 ? `${text} 还有 ${span(left)}` : text,
    tone: left < 4 * 3_600_000 ? 'warn' : 'plain',
  }
}
function span(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} 分钟`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} 小时` : `${Math.floor(minutes / 1440)} 天`
}

/** What can be decided for the chosen tasks: for each outcome, the ids that it fits. The commonest first. */
export function bareOffers(
  tasks: { id: string; offers: Offer[] }[],
): { key: string; title: string; style: string; ids: string[] }[] {
  const offers = new Map<string, { key: string; title: string; style: string; ids: string[] }>()
  for (const task of tasks) {
    for (const outcome of task.offers) {
      const name = `${outcome.key}\n${outcome.title}`
      if (!offers.has(name)) offers.set(name, { key: outcome.key, title: outcome.title, style: outcome.style, ids: [] })
      offers.get(name)!.ids.push(task.id)
    }
  }
  return [...offers.values()].sort((a, b) => b.ids.length - a.ids.length)
}
export const failures = (results: Decided[]): number => results.filter((one) => !one.ok).length

/** News after which lists of tasks are to be asked again: of tasks, of cases, of what they are about. */
export const isTaskNews = (news: LiveMessage): boolean =>
  news.type === 'messages' ||
  (news.type === 'changed' &&
    (['tasks', 'cases'].includes(news.ledger ?? '') || taskKinds().some((kind) => kind.ledger === news.ledger)))

export const progressText = (item: TaskItem): string =>
  item.progress
    ? `${item.progress.done}/${item.progress.total} 已完成${item.progress.overdue ? `，${item.progress.overdue} 人超时` : ''}`
    : ''

/** Those of the chosen people who are still named in the text (@王强). */
export const mentioned = (text: string, chosen: { id: string; name: string }[]): string[] => [
  ...new Set(chosen.filter((one) => text.includes(`@${one.name}`)).map((one) => one.id)),
]
/** What is being typed after the last @ before `caret`, or null. */
export function typedMention(text: string, caret: number): string | null {
  const found = /@([^\s@，。；、]{0,12})$/.exec(text.slice(0, caret))
  return found ? found[1]! : null
}

/** The console's page for a link that leads into the phone client; null where there is none. */
export function pageOf(link: string | null): { path: string; query?: Record<string, string> } | null {
  const [, page, id] = /^(\/pages\/[\w/-]+)\?id=(\d+)/.exec(link ?? '') ?? []
  if (!page || !id) return null
  if (page === '/pages/tasks/task') return { path: '/tasks', query: { row: id } }
  if (page === '/pages/tasks/case') return { path: `/cases/${id}` }
  const kind = known.find((one) => one.phone === page && one.tasks)
  return kind?.ledger ? { path: `/ledgers/${kind.ledger}`, query: { row: id } } : null
}
