import { get, post, request } from '@/api/client'
import type { Job } from '@/api/ledger/jobs'
import type { Me, Question } from '@/api/types'

/** 401 here means “not signed in yet” or “wrong password”, never “ask again”. */
export const readSession = () => request<Me>('GET', '/session', { signIn: false })
export const openSession = (login: string, password: string) =>
  request<Me>('POST', '/session', { body: { login, password }, signIn: false })
export const closeSession = () => request<void>('DELETE', '/session', { signIn: false })
export const changePassword = (current: string, next: string) => post<Me>('/password', { current, new: next })
/** Somebody invited sets a password of their own, which makes the account; `login` where the phone's is taken. */
export const acceptInvitation = (next: string, login: string) =>
  post<Me>('/password', login ? { new: next, login } : { new: next })
/** Somebody invited proves that the account of that name is theirs, by its own password. */
export const joinAccount = (password: string) => post<Me>('/session/join', { password })
export const listQuestions = () => get<{ items: Question[] }>('/questions').then((answer) => answer.items)
export const answerQuestion = (id: string, mine: boolean, secret: string) =>
  post<{ state: 'confirmed' | 'waiting' | 'denied'; items: Question[] }>(`/questions/${encodeURIComponent(id)}`, {
    mine,
    secret,
  })

export const listJobs = () => get<{ items: Job[] }>('/jobs').then((answer) => answer.items)
export const readJob = (id: string) => get<Job>(`/jobs/${encodeURIComponent(id)}`)
export const jobFilePath = (id: string) => `/jobs/${encodeURIComponent(id)}/file`
