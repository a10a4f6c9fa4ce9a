import { get, post, request } from './client'
import type { Job, Me } from './types'

/** 401 here means “not signed in yet” or “wrong password”, never “ask again”. */
export const readSession = () => request<Me>('GET', '/session', { signIn: false })
export const openSession = (login: string, password: string) =>
  request<Me>('POST', '/session', { body: { login, password }, signIn: false })
export const closeSession = () => request<void>('DELETE', '/session', { signIn: false })
export const changePassword = (current: string, next: string) => post<Me>('/password', { current, new: next })

export const listJobs = () => get<{ items: Job[] }>('/jobs').then((answer) => answer.items)
export const readJob = (id: string) => get<Job>(`/jobs/${encodeURIComponent(id)}`)
export const jobFilePath = (id: string) => `/jobs/${encodeURIComponent(id)}/file`
