/**
 * What went wrong, as the person is told: 怎么了 · 为什么 · 怎么办.
 *
 * The server's own words are kept. Only where no server answered do the words come from here.
 */

export type WayOut =
  | 'bind'
  | 'switch_unit'
  | 'retry_scan'
  | 'type_code'
  | 'certificates'
  | 'fix_clock'
  | 'call_officer'
  | 'change_password'
  | 'home'

const WAYS_OUT: WayOut[] = [
  'bind',
  'switch_unit',
  'retry_scan',
  'type_code',
  'certificates',
  'fix_clock',
  'call_officer',
  'change_password',
  'home',
]

export interface Problem {
  /** HTTP status; 0 when no server answered. */
  status: number
  code: string
  title: string
  cause: string
  advice: string
  fields: Record<string, string>
  /** Seconds to wait before the next try, when the server said so. */
  retryAfter: number | null
  action: { kind: WayOut; label: string } | null
  contact: { name: string; phone: string } | null
  /** Another unit of mine, where the same can be done at once. */
  unit: { id: string; name: string } | null
  /** Half a session: the password was right, a code of the authenticator is asked for (or one is to be set up). */
  half: Half | null
}

export interface Half {
  token: string
  step: 'code' | 'enrol'
}

/** The problem in an answer of the server. An answer that is not ours (a gateway's page) is called `unreadable`. */
export function problemFromAnswer(status: number, body: unknown): Problem {
  const error = (body as { error?: Record<string, unknown> } | null)?.error
  if (!error || typeof error !== 'object' || typeof error.code !== 'string') return noAnswer('unreadable', status)
  const details = record(error.details)
  return {
    status,
    code: error.code,
    title: text(error.title) || text(error.message) || '没有办成',
    cause: text(error.cause),
    advice: text(error.advice),
    fields: strings(error.fields),
    retryAfter: typeof error.retry_after === 'number' ? error.retry_after : null,
    action: wayOut(details.action),
    contact: contact(details.contact),
    unit: named(details.unit),
    half: error.code === 'second_factor_required' ? halfSession(details) : null,
  }
}

function halfSession(details: Record<string, unknown>): Half | null {
  const token = text(details.token)
  return token ? { token, step: details.step === 'enrol' ? 'enrol' : 'code' } : null
}

export type Silence = 'offline' | 'timeout' | 'unreadable' | 'no_server'

const SILENCES: Record<Silence, [string, string, string]> = {
  offline: ['连不上网', '手机没有信号，或者没有打开网络', '走到信号好的地方，再试一次'],
  timeout: ['等了很久没有回答', '信号太弱', '走到信号好的地方，再试一次'],
  unreadable: ['服务器没有好好回答', '服务器忙，或者网络要先登录', '过一会儿再试。一直这样，请找管理员'],
  no_server: ['不知道服务器在哪里', '这个小程序打包时没有写服务器地址', '请找管理员重新发布'],
}

/** The problem when nothing, or nothing of ours, came back. */
export function noAnswer(kind: Silence, status = 0): Problem {
  const [title, cause, advice] = SILENCES[kind]
  return { ...BLANK, status, code: kind, title, cause, advice }
}

/** A problem that the phone finds itself. */
export function ownProblem(
  code: string,
  title: string,
  cause: string,
  advice: string,
  way?: Problem['action'],
): Problem {
  return { ...BLANK, code, title, cause, advice, action: way ?? null }
}

const BLANK: Problem = {
  status: 0,
  code: '',
  title: '',
  cause: '',
  advice: '',
  fields: {},
  retryAfter: null,
  action: null,
  contact: null,
  unit: null,
  half: null,
}

/** True when the session is over and the person must sign in again. */
export function signInNeeded(problem: Problem): boolean {
  return problem.status === 401
}

/**
 * True when trying the same again later cannot help.
 *
 * Not final: silence, 5xx, too many (429), request timeout (408), too early (425), signed out (401), password to be
 * changed first, and any answer that is not our server's.
 */
export function isFinal(problem: Problem): boolean {
  if (problem.status < 400 || problem.status >= 500) return false
  if ([401, 408, 425, 429].includes(problem.status)) return false
  return problem.code !== 'unreadable' && problem.code !== 'must_change_password'
}

/** The one button that leads out. Without one from the server: call, else scan again. */
export function wayOutOf(problem: Problem): { kind: WayOut; label: string } {
  const action = problem.action ?? { kind: 'retry_scan' as const, label: '重新扫码' }
  if (action.kind === 'call_officer' && !problem.contact?.phone) return { kind: 'home', label: '回首页' }
  return action
}

/** Cause and advice as one line of short sentences. */
export function explain(problem: Problem): string {
  return [problem.cause, problem.advice]
    .filter(Boolean)
    .map((part) => part.replace(/[。.]+$/, ''))
    .map((part) => `${part}。`)
    .join('')
}

function wayOut(value: unknown): Problem['action'] {
  const { kind, label } = record(value)
  if (!WAYS_OUT.includes(kind as WayOut)) return null
  return { kind: kind as WayOut, label: text(label) || '下一步' }
}

function named(value: unknown): Problem['unit'] {
  const { id, name } = record(value)
  return text(id) ? { id: text(id), name: text(name) } : null
}

function contact(value: unknown): Problem['contact'] {
  const { name, phone } = record(value)
  return text(phone) ? { name: text(name), phone: text(phone) } : null
}

function record(value: unknown): Record<string, unknown> {
  return value && typeof value === 'object' ? (value as Record<string, unknown>) : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : ''
}

function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value)).map(([key, said]) => [key, String(said)]))
}
