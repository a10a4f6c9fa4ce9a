/** What to play with three phones: each story has three steps, which are ticked when they were done. */

export type StoryName = 'report' | 'snap' | 'clock'
export interface Step {
  title: string
  says: string
  /** A button that does it for who reads: its words, and what the page hears. */
  act?: { words: string; does: 'report' | 'trouble' | 'photo' | 'scan' | 'wrong' | 'today' }
}

export const STORIES: Record<StoryName, { title: string; steps: Step[] }> = {
  report: {
    title: '事故快报',
    steps: [
      {
        title: '当工人（左），上报',
        says: '给安班发“快报”，点卡片填两项，发送。',
        act: { words: '替我发“快报”', does: 'report' },
      },
      {
        title: '当班长（中）、厂长（右），回应',
        says: '卡片马上到，点“收到”。没人点的，2 分钟后改发短信，再找代理人和上级。',
      },
      {
        title: '捣点乱',
        says: '让平台变慢、出错、颠倒顺序，再报一次，看漏不漏人。',
        act: { words: '打开故障面板', does: 'trouble' },
      },
    ],
  },
  snap: {
    title: '随手拍隐患',
    steps: [
      {
        title: '当工人（左），拍一张',
        says: '给安班发一张照片，点“随手拍”，上报。',
        act: { words: '替我发一张照片', does: 'photo' },
      },
      {
        title: '当班长（中），定性',
        says: '卡片带着照片到，选等级，点“是隐患”。一般的自己安排整改，重大的转给厂长（右）。',
      },
      {
        title: '整改、复核、闭环',
        says: '点“安排整改”定谁来改、何时改完；整改人交改后照片，再点“复核通过”。左边每一步都听得到。',
      },
    ],
  },
  clock: {
    title: '扫码上岗',
    steps: [
      {
        title: '当司机（左），扫自己的叉车',
        says: '扫设备上的码，点“上岗”：人、证、设备都对，当场放行。',
        act: { words: '替我扫叉车的码', does: 'scan' },
      },
      {
        title: '再扫一台没有证的',
        says: '起重机要起重机司机证：不放行，说清缺什么、该找谁。',
        act: { words: '替我扫起重机的码', does: 'wrong' },
      },
      {
        title: '当厂长（右），看今天谁在岗',
        says: '给安班发“今日”：谁在岗、在哪台设备，几点到的。',
        act: { words: '替我发“今日”', does: 'today' },
      },
    ],
  },
}

export type Ticks = Record<StoryName, boolean[]>
const none = () => [false, false, false]
export const nothingDone = (): Ticks => ({ report: none(), snap: none(), clock: none() })

/** Which step of which story a press on a card does, by the card's title. */
export function stepOfPress(title: string): [StoryName, number] | null {
  if (title.startsWith('【事故快报')) return ['report', 1]
  if (title.startsWith('【待确认】')) return ['snap', 1]
  return title.startsWith('【待复核】') ? ['snap', 2] : null
}

/** Which step a scan does, by what a phone's own page says came of it; null for any other message to the window. */
export function stepOfScan(said: unknown): [StoryName, number] | null {
  const { anban, booked, refused } = (said ?? {}) as { anban?: unknown; booked?: unknown; refused?: unknown }
  if (anban !== 'scan') return null
  if (booked === true) return ['clock', 0]
  return typeof refused === 'string' && refused.startsWith('certificate_') ? ['clock', 1] : null
}

/** Which step has been done, by what a phone's list shows last of a chat. */
export function stepOfNews(last: string): [StoryName, number] | null {
  if (last.startsWith('【事故快报】')) return ['report', 0]
  return last.startsWith('【待确认】') ? ['snap', 0] : null
}
