/** Who works for which unit: a choice made here is not undone by an older answer. */
import { beforeEach, expect, it, vi } from 'vitest'
import type { SessionView } from '../src/services/shapes/door'

vi.stubGlobal('uni', {
  setStorageSync: () => {},
  getStorageSync: () => '',
  removeStorageSync: () => {},
  getStorageInfoSync: () => ({ keys: [] }),
})

const units = (current: string) =>
  ['a', 'b'].map((id) => ({ id, name: id, state: 'approved', current: id === current }))
const view = (current: string) =>
  ({
    expires_at: '',
    person: { id: 'p1' },
    units: units(current),
    rights: {},
    must_change_password: false,
  }) as unknown as SessionView

beforeEach(() => vi.resetModules())

it('lets go of an answer that was asked for before the unit was chosen', async () => {
  const { currentUnit, reread, unitsAre } = await import('../src/state/session')
  let answer!: (old: SessionView) => void
  const reading = reread(() => new Promise((resolve) => (answer = resolve)))
  unitsAre(view('b').units)
  answer(view('a'))
  await reading
  expect(currentUnit.value?.id).toBe('b')
})

it('takes over what the server says otherwise', async () => {
  const { currentUnit, reread } = await import('../src/state/session')
  await reread(async () => view('a'))
  expect(currentUnit.value?.id).toBe('a')
})
