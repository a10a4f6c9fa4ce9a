/** One request to the phone door, over whatever the container offers. */

import { noAnswer, problemFromAnswer, type Problem } from '../../logic/problems'
import { clockOffset } from '../../logic/moments'
import { put } from '../storage/store'
import { clock } from '../../state/clock'
import { serverOrigin } from './origin'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface Request {
  method: Method
  path: string
  body?: unknown
  token?: string | null
  headers?: Record<string, string>
  /** Milliseconds; 15 s unless told. */
  timeout?: number
}

export interface Reply {
  status: number
  body: unknown
}

/** Thrown by every call of the door; `problem` is what the person is told. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.code)
  }
}

/** Send and give the answer of a 2xx. Throws Refused for everything else, silence too. */
export async function call(request: Request): Promise<Reply> {
  const reply = await send(request)
  if (reply.status >= 200 && reply.status < 300) return reply
  throw new Refused(problemFromAnswer(reply.status, reply.body))
}

function send(request: Request): Promise<Reply> {
  const origin = serverOrigin()
  if (origin === null) return Promise.reject(new Refused(noAnswer('no_server')))
  const header: Record<string, string> = { Accept: 'application/json', ...request.headers }
  if (request.body !== undefined) header['Content-Type'] = 'application/json'
  if (request.token) header.Authorization = `Bearer ${request.token}`
  const sentAt = Date.now()
  return new Promise((answered, silent) => {
    uni.request({
      url: `${origin}/api/mp/v1${request.path}`,
      // The typings know fewer methods than the platforms do.
      method: request.method as 'GET',
      header,
      data: request.body === undefined ? undefined : JSON.stringify(request.body),
      dataType: 'text',
      timeout: request.timeout ?? 15_000,
      success: (got) => {
        const at = clockOffset(headerOf(got.header, 'x-server-time'), sentAt, Date.now())
        if (at !== null) noteClock(at, Number(headerOf(got.header, 'x-clock-ahead') ?? 0) * 1000 || 0)
        answered({ status: got.statusCode, body: parsed(got.data) })
      },
      fail: (failure) => silent(new Refused(noAnswer(silence(failure.errMsg ?? '')))),
    })
  })
}

export interface Upload {
  path: string
  /** A file of the browser's, or on a mini-program the path of one. */
  file: File | string
  token: string | null
  headers?: Record<string, string>
  /** Told how much of it has gone, 0 to 100. */
  progress?: (percent: number) => void
}

const UPLOAD_PATIENCE = 60_000

/** Send one file as multipart (part `file`) and give the answer of a 2xx. Throws Refused like `call`. */
export function upload(request: Upload): Promise<Reply> {
  const origin = serverOrigin()
  if (origin === null) return Promise.reject(new Refused(noAnswer('no_server')))
  const header: Record<string, string> = { Accept: 'application/json', ...request.headers }
  if (request.token) header.Authorization = `Bearer ${request.token}`
  return new Promise((answered, refused) => {
    const task = uni.uploadFile({
      url: `${origin}/api/mp/v1${request.path}`,
      // In a browser uni refuses a file without a path, though it sends it: only as one of `files` it says what became
      // of it.
      ...(typeof request.file === 'string'
        ? { filePath: request.file, name: 'file' }
        : { files: [{ name: 'file', file: request.file, uri: '' }] }),
      header,
      timeout: UPLOAD_PATIENCE,
      success: ({ statusCode, data }) => {
        if (statusCode >= 200 && statusCode < 300) answered({ status: statusCode, body: parsed(data) })
        else refused(new Refused(problemFromAnswer(statusCode, parsed(data))))
      },
      fail: (failure) => refused(new Refused(noAnswer(silence(failure.errMsg ?? '')))),
    })
    task?.onProgressUpdate?.(({ progress }) => request.progress?.(progress))
  })
}

/** Fetch a picture that only who is signed in may see. Gives what <image> can draw; empty when it did not come. */
export async function fetchPicture(path: string, token: string | null): Promise<string> {
  const origin = serverOrigin()
  if (origin === null || !token) return ''
  const header = { Authorization: `Bearer ${token}`, Accept: (await webp()) ? 'image/webp,image/*;q=0.8' : 'image/*' }
  return new Promise((done) => {
    uni.downloadFile({
      url: `${origin}${path}`,
      header,
      success: ({ statusCode, tempFilePath }) => done(statusCode === 200 ? tempFilePath : ''),
      fail: () => done(''),
    })
  })
}

/** Fetch a file that only who is signed in may see. Gives where it is kept for now; empty when it did not come. */
export async function fetchFile(path: string, token: string | null): Promise<string> {
  const origin = serverOrigin()
  if (origin === null || !token) return ''
  return new Promise((done) => {
    uni.downloadFile({
      url: `${origin}/api/mp/v1${path}`,
      header: { Authorization: `Bearer ${token}` },
      success: ({ statusCode, tempFilePath }) => done(statusCode === 200 ? tempFilePath : ''),
      fail: () => done(''),
    })
  })
}

let known: Promise<boolean> | undefined
/** Whether this phone draws WebP: the smallest one there is, drawn once. */
function webp(): Promise<boolean> {
  // #ifdef H5
  known ??= new Promise((done) => {
    const probe = new Image()
    probe.onload = () => done(probe.width === 1)
    probe.onerror = () => done(false)
    probe.src = 'data:image/webp;base64,UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=='
  })
  // #endif
  return known ?? Promise.resolve(false)
}

function noteClock(offset: number, ahead: number): void {
  clock.offset = offset
  put('clock', offset)
  if (clock.ahead === ahead) return
  clock.ahead = ahead
  put('clock-ahead', ahead)
}

function silence(message: string): 'timeout' | 'offline' {
  return /timeout|timed out/i.test(message) ? 'timeout' : 'offline'
}

function headerOf(headers: Record<string, string> | undefined, name: string): string | undefined {
  const key = Object.keys(headers ?? {}).find((each) => each.toLowerCase() === name)
  return key ? headers?.[key] : undefined
}

function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data ?? null
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}
