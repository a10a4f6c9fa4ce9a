import { asksByItself } from '@/lib/page/using'
import { errorFrom, unreachable } from './errors'

export const BASE = '/api/console/v1'

type Json = Record<string, unknown>

/**
 * What the rest of the console plugs in here, so that this file depends on no store:
 * `signInAgain` resolves once the user is signed in again (or rejects), `mustChange` opens the password page,
 * `proveAgain` resolves once the user has proved who they are (or rejects when they leave it),
 * `reached` is told after every try whether the server could be reached, `time` gets the server's clock.
 */
export const hooks = {
  signInAgain: null as null | (() => Promise<void>),
  mustChange: () => {},
  proveAgain: null as null | ((by: 'password' | 'code') => Promise<void>),
  reached: null as null | ((ok: boolean) => void),
  time: null as null | ((iso: string) => void),
}

/** The value of the cookie `_xsrf` (over TLS `__Host-_xsrf`), or '' when the server has not set it yet. */
export function xsrfToken(cookie: string = document.cookie): string {
  const found = /(?:^|;\s*)(?:__Host-)?_xsrf=([^;]*)/.exec(cookie)
  return found ? decodeURIComponent(found[1]!).replace(/^"|"$/g, '') : ''
}

async function send(
  method: string,
  path: string,
  body: unknown,
  signal?: AbortSignal,
  more: Record<string, string> = {},
): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...more }
  if (method !== 'GET') headers['X-XSRFToken'] = xsrfToken()
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (asksByItself()) headers['X-Anban-Background'] = '1'
  try {
    const answer = await fetch(BASE + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      signal,
    })
    hooks.reached?.(![502, 503, 504].includes(answer.status))
    const time = answer.headers.get('X-Server-Time')
    if (time) hooks.time?.(time)
    return answer
  } catch (thrown) {
    if (signal?.aborted) throw thrown
    hooks.reached?.(false)
    throw unreachable()
  }
}

/** Any GET under the door sets the XSRF cookie, also one that is answered 401. */
async function ensureXsrf(force = false): Promise<void> {
  if (force || !xsrfToken()) await send('GET', '/session', undefined)
}

const isXsrf = (status: number, code: string) => status === 403 && /xsrf/i.test(code)

/**
 * One JSON request to the console door.
 *
 * A session that ran out asks for a new sign-in and repeats the request, so that no caller loses what it had.
 * Throws ApiError for every refusal.
 */
export async function request<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  options: { body?: unknown; signal?: AbortSignal; signIn?: boolean; headers?: Record<string, string> } = {},
): Promise<T> {
  const { body, signal, signIn = true, headers } = options
  if (method !== 'GET') await ensureXsrf()
  for (let round = 0; ; round++) {
    const answer = await send(method, path, body, signal, headers)
    if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T
    const error = errorFrom(answer.status, await answer.text())
    if (round === 0 && isXsrf(error.status, error.code)) {
      await ensureXsrf(true)
      continue
    }
    if (error.status === 401 && signIn && hooks.signInAgain && round < 2) {
      await hooks.signInAgain()
      continue
    }
    if (error.code === 'proof_required' && hooks.proveAgain && round < 2) {
      await hooks.proveAgain(proofBy(error.body.details))
      continue
    }
    if (error.code === 'must_change_password') hooks.mustChange()
    throw error
  }
}

const proofBy = (details: Record<string, unknown> | undefined) =>
  (details?.action as { by?: string } | undefined)?.by === 'code' ? 'code' : 'password'

/** GET, POST and so on in short. */
export const get = <T>(path: string, signal?: AbortSignal) => request<T>('GET', path, { signal })
export const post = <T>(path: string, body: Json) => request<T>('POST', path, { body })

/** Sends one file; `progress` gets 0 to 1. XMLHttpRequest, because fetch cannot tell how far an upload is. */
export async function upload<T>(path: string, file: File, progress: (part: number) => void = () => {}): Promise<T> {
  await ensureXsrf()
  for (let round = 0; ; round++) {
    const { status, text } = await sendFile(path, file, progress)
    if (status >= 200 && status < 300) return (text ? JSON.parse(text) : undefined) as T
    const error = errorFrom(status, text)
    if (round === 0 && isXsrf(error.status, error.code)) {
      await ensureXsrf(true)
      continue
    }
    if (status !== 401 || !hooks.signInAgain || round >= 2) throw error
    await hooks.signInAgain()
  }
}

function sendFile(
  path: string,
  file: File,
  progress: (part: number) => void,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const form = new FormData()
    form.append('file', file, file.name)
    const wire = new XMLHttpRequest()
    wire.open('POST', BASE + path)
    wire.setRequestHeader('X-XSRFToken', xsrfToken())
    wire.setRequestHeader('Accept', 'application/json')
    wire.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    wire.onload = () => {
      hooks.reached?.(true)
      resolve({ status: wire.status, text: wire.responseText })
    }
    wire.onerror = () => {
      hooks.reached?.(false)
      reject(unreachable())
    }
    wire.send(form)
  })
}

/** Lets the browser fetch a file by itself, so that a big one streams to disk. */
export function download(path: string, name?: string): void {
  const link = document.createElement('a')
  link.href = BASE + path
  link.download = name ?? ''
  document.body.append(link)
  link.click()
  link.remove()
}
