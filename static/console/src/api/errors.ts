import type { ErrorBody } from './types'

/** Anything the server refused, or that kept us from reaching it. Always in three parts. */
export class ApiError extends Error {
  readonly status: number
  readonly body: ErrorBody

  constructor(status: number, body: ErrorBody) {
    super(body.message)
    this.name = 'ApiError'
    this.status = status
    this.body = body
  }

  get code(): string {
    return this.body.code
  }
}

const UNREACHABLE: ErrorBody = {
  code: 'unreachable',
  message: '连不上服务器。网络断了，或服务器正在重启。请检查网络后重试，填好的内容还在。',
  title: '连不上服务器',
  cause: '网络断了，或服务器正在重启。',
  advice: '请检查网络后重试，填好的内容还在。',
  fields: {},
}

/** The server could not be reached at all. */
export function unreachable(): ApiError {
  return new ApiError(0, UNREACHABLE)
}

/** Turns an answer's text into an error, also when a proxy in between answered with a page of its own. */
export function errorFrom(status: number, text: string): ApiError {
  try {
    const body = (JSON.parse(text) as { error?: Partial<ErrorBody> }).error
    if (body?.message) return new ApiError(status, complete(body))
  } catch {
    // not ours: falls through to a sentence by status
  }
  const [title, cause, advice] = sentences(status)
  return new ApiError(status, {
    code: `http_${status}`,
    title,
    cause,
    advice,
    message: `${title}。${cause}${advice}`,
    fields: {},
  })
}

function complete(body: Partial<ErrorBody>): ErrorBody {
  const message = body.message ?? ''
  return {
    ...body,
    code: body.code ?? 'unknown',
    message,
    title: body.title || message,
    cause: body.cause ?? '',
    advice: body.advice ?? '',
    fields: body.fields ?? {},
  }
}

function sentences(status: number): [string, string, string] {
  if (status === 413) return ['文件太大', '服务器没有收下这个文件。', '请换一个小一点的文件。']
  if (status === 404) return ['没有找到', '内容已被删除，或地址不对。', '请返回列表再找一次。']
  if (status >= 502 && status <= 504) return ['服务器暂时没有回应', '它可能正在重启。', '请等一会儿再试。']
  if (status >= 500) return ['服务器出错了', '这不是您的操作造成的。', '请稍后再试；还不行就告诉管理员。']
  return ['没有办成', '服务器拒绝了这次请求。', '请刷新页面再试。']
}

/** Whatever was thrown, as an ApiError, so that it can be shown in three parts. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return new ApiError(-1, {
    code: 'console_fault',
    title: '页面出错了',
    cause: text,
    advice: '请刷新页面再试；还不行就告诉管理员。',
    message: `页面出错了。${text}`,
    fields: {},
  })
}
