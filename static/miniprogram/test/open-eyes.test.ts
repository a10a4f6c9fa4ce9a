import { expect, it } from 'vitest'
import { namedPhotos } from '../src/logic/hazards/hazards'
import { sayDay } from '../src/logic/moments'
import { sayBack } from '../src/logic/tasks/tasks'
import { shift } from '../src/services/page/into-view'

const photo = (id: string) => ({ id, url: `/p/${id}` })

it('names photos, the newest after beside before', () => {
  const photos = { photos_before: [photo('1'), photo('2')], photos_after: [photo('5')], photos_returned: [photo('3')] }
  expect(namedPhotos(photos).map(({ id, name }) => `${name} ${id}`)).toEqual([
    '整改前 1',
    '整改后 5',
    '整改前 2',
    '上次整改后 3',
  ])
  expect(namedPhotos({ photos_before: [photo('1')], photos_after: [], photos_returned: [] })[0].name).toBe('现场')
})

it('says of the ways back where they lead, beside a way of the flow itself', () => {
  expect(sayBack([{ title: '确认' }])).toBe('退回到“确认”')
  expect(sayBack([{ title: '确认' }, { title: '安排整改' }])).toBe('退回到更早一步')
})

it.each([
  ['2026-11-29', '昨天'],
  ['2026-11-30', '今天'],
  ['2026-12-01', '明天'],
  ['2026-12-02', '2026-12-02'],
  ['2025-11-30', '2025-11-30'],
])('writes a day in one way: %s is %s', (day, said) => {
  expect(sayDay(day, '2026-11-30')).toBe(said)
})

it.each([
  ['what is on the screen stays', { top: 100, bottom: 500 }, 0],
  ['what ends below comes up whole', { top: 500, bottom: 900 }, 112],
  ['what is higher than the screen is seen from its top', { top: 400, bottom: 1900 }, 388],
  ['what begins above comes down', { top: -300, bottom: 200 }, -312],
])('scrolls just so far: %s', (_, box, by) => {
  expect(shift(box, 800)).toBe(by)
})
