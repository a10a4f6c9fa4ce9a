/**
 * Photos of a form: who submits while one is still under way waits for it, and is not taken for somebody without a
 * signal.
 */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { DraftPhoto } from '../src/logic/accidents/draft'

const { sendPhoto } = vi.hoisted(() => ({ sendPhoto: vi.fn() }))
vi.mock('../src/services/doors/door', () => ({ sendPhoto }))
vi.mock('../src/services/pictures/photos', () => ({
  read: async () => 'file',
  pick: async () => [],
  forget: () => undefined,
}))
const { draftPhotos } = await import('../src/services/pictures/draft-photos')

let list: DraftPhoto[] = []
let arrive: ((id: string) => void)[] = []
const photos = () =>
  draftPhotos(
    () => list,
    (next) => (list = next),
    () => 'hazards',
  )
const turn = () => new Promise((done) => setTimeout(done))

describe('sending the photos of a form', () => {
  beforeEach(() => {
    list = [{ id: 'a', remote: null }]
    arrive = []
    sendPhoto.mockReset()
    sendPhoto.mockImplementation(() => new Promise((done) => arrive.push(done)))
  })
  it('waits for the one that is under way, and sends it once', async () => {
    const { send } = photos()
    void send()
    await turn()
    const submitted = send()
    let over = false
    void submitted.then(() => (over = true))
    await turn()
    expect([over, arrive.length]).toEqual([false, 1])
    arrive[0]?.('71')
    await submitted
    expect(list).toEqual([{ id: 'a', remote: '71' }])
    expect(sendPhoto).toHaveBeenCalledTimes(1)
  })
  it('takes along what was added meanwhile', async () => {
    const { send } = photos()
    void send()
    await turn()
    list = [...list, { id: 'b', remote: null }]
    const submitted = send()
    arrive[0]?.('71')
    await turn()
    await turn()
    arrive[1]?.('72')
    await submitted
    expect(list.map(({ remote }) => remote)).toEqual(['71', '72'])
  })
})
