/** What stands on the first screen while an accident waits for one's answer (G02). */
import { describe, expect, it } from 'vitest'
import { alarmsOf } from '../src/logic/accidents/alarms'
import type { Message } from '../src/services/shapes/door'

const message = (id: string, over: Partial<Message> = {}): Message => ({
  id,
  kind: 'accident.reported',
  title: `事故快报 ${id}`,
  text: 'KB261130-3WWT 有人受伤\n地点：二号门\n时间：今天',
  link: `/pages/accident/index?id=${id}`,
  created_at: '2026-11-30T10:23:00+08:00',
  read_at: null,
  needs_answer: true,
  answer: null,
  subject: { kind: 'accident', id },
  ...over,
})

describe('alarms of the first screen', () => {
  it('are the accidents and calls that wait, each once, by its newest message', () => {
    const call = message('3', { title: '顾行远 需要支援：二号门', subject: { kind: 'accident_help', id: '1' } })
    const found = alarmsOf([call, message('2', { subject: { kind: 'accident', id: '1' } }), message('4')])
    expect(found.map(({ id, title }) => [id, title])).toEqual([
      ['1', '顾行远 需要支援：二号门'],
      ['4', '事故快报 4'],
    ])
    expect(found[0].lines).toEqual(['有人受伤', '地点：二号门'])
  })
  it('are nothing that was answered, asks nothing, or is about something else', () => {
    expect(
      alarmsOf([
        message('1', { answer: 'received' }),
        message('2', { needs_answer: false }),
        message('3', { subject: { kind: 'case', id: '3' } }),
        message('4', { subject: null }),
      ]),
    ).toEqual([])
  })
})
