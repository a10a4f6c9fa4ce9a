/** The phone door's routes for my posts, my certificates and my training (K02, K03, K04). All throw Refused. */

import { ask } from './door'
import { ofUnit, orSeen } from '../storage/kept'
import type { Certificate } from '../shapes/door'

/** Something that a post asks, and how that stands for me. */
export interface Asked {
  title: string
  detail: string
  state: string
  state_title: string
  tone: string
  until: string | null
}
export interface MyPost {
  id: string
  name: string
  duties: string
  works: { title: string; detail: string; rhythm: string }[]
  certificates: Asked[]
  trainings: Asked[]
  factors: { title: string; detail: string }[]
}
export interface AskedCertificate extends Omit<Asked, 'detail'> {
  type: string
  posts: string
  number: string
}
export interface SentCertificate {
  id: string
  title: string
  number: string
  state: 'waiting' | 'refused'
  state_title: string
  reason: string
}
export interface MyCertificates {
  items: Certificate[]
  asked: AskedCertificate[]
  sent: SentCertificate[]
}
export interface Trained {
  id: string
  course: string
  type: string
  held_on: string
  hours: number
  score: number | null
  result: string
  result_title: string
  tone: string
  counts_until: string | null
  /** Where this course is learned and its exam taken, in another system. */
  address: string | null
}
export interface MyTraining {
  asked: (Asked & { posts: string; links: { title: string; address: string }[] })[]
  done: Trained[]
  hours: number
}

export const readCertificates = () =>
  orSeen('my-certificates', ofUnit(''), () => ask<MyCertificates>('GET', '/certificates'))
export const readMyPosts = () => orSeen('my-posts', ofUnit(''), () => ask<{ items: MyPost[] }>('GET', '/my-posts'))
export const readMyTraining = () => orSeen('my-training', ofUnit(''), () => ask<MyTraining>('GET', '/my-training'))
