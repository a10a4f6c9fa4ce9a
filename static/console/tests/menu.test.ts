import { describe, expect, it } from 'vitest'
import type { MenuGroup } from '@/api/types'
import { beside, found, keepHabits, MANY, nameOf, nearest, pageOf, readHabits, toggled } from '@/lib/page/menu'

const group = (title: string, ...items: [string, string, string][]): MenuGroup => ({
  title,
  items: items.map(([ledger, name, keys]) => ({ ledger, title: name, keys })),
})
const GROUPS = [
  group('扫码上岗', ['clock-ins', '上岗日志', 'sgrz shanggangrizhi'], ['persons', '人员', 'ry renyuan']),
  group('风险隐患', ['hazards', '隐患台账', 'yhtz yinhuantaizhang']),
]
const kept = (text: string | null = null) => {
  let now = text
  return { getItem: () => now, setItem: (_: string, value: string) => void (now = value) }
}
const names = (groups: MenuGroup[]) => groups.flatMap((one) => one.items).map(nameOf)

describe('menu', () => {
  it('knows what stands beside a ledger, of a matrix beside both of its ledgers', () => {
    const menu: MenuGroup[] = [
      {
        title: '目标职责',
        items: [
          { ledger: 'posts', title: '岗位职责', keys: '' },
          { ledger: 'post-works', title: '定人定岗', keys: '' },
          { ledger: 'post-works', rows: 'posts', view: 'post-matrix', title: '按岗位', keys: '' },
          { ledger: 'grid', page: 'grid', title: '网格树', keys: '' },
        ],
      },
      { title: '统计分析', items: [{ ledger: 'posts', view: 'post-statistic', title: '岗位统计', keys: '' }] },
    ]
    expect(beside(menu, 'posts').map(pageOf)).toEqual([
      { name: 'view', params: { view: 'post-matrix' } },
      { name: 'view', params: { view: 'post-statistic' } },
    ])
    expect(beside(menu, 'post-works').map(nameOf)).toEqual(['post-matrix'])
    expect(beside(menu, 'grid').map(pageOf)).toEqual([{ name: 'grid' }])
    expect(beside(menu, 'hazards')).toEqual([])
  })
  it.each([
    ['', ['clock-ins', 'persons', 'hazards']],
    ['日志', ['clock-ins']],
    [' SGRZ ', ['clock-ins']],
    ['renyuan', ['persons']],
    ['yin huan', ['hazards']],
    ['风险', ['hazards']],
    ['没有', []],
  ])('finds %s', (text, wanted) => expect(names(found(GROUPS, text))).toEqual(wanted))
  it.each([
    ['sb', 'equipment'],
    ['shebei', 'equipment'],
    ['shang', 'clock-ins'],
    ['备', 'equipment'],
    ['bt', 'matrix'],
    ['没有', undefined],
    [' ', undefined],
  ])('Enter after %s opens what is called so before what only has it', (text, wanted) => {
    const groups = [
      group(
        '扫码上岗',
        ['matrix', '日上报统计', 'rsbtj rishangbaotongji'],
        ['clock-ins', '上岗日志', 'sgrz shanggangrizhi'],
      ),
      group('设备', ['equipment', '设备', 'sb shebei']),
    ]
    expect(nearest(groups, text)?.ledger).toBe(wanted)
  })
  it('keeps what was folded and pinned, and reads nothing else', () => {
    const store = kept()
    keepHabits('1', { folded: ['风险隐患'], pinned: ['persons'] }, store)
    expect(readHabits('1', GROUPS, store)).toEqual({ folded: ['风险隐患'], pinned: ['persons'] })
    for (const odd of ['{', '7', '[]', '{"folded":7,"pinned":[3]}'])
      expect(readHabits('1', GROUPS, kept(odd)).pinned).toEqual([])
  })
  it('begins folded where it is long, with the first group open', () => {
    expect(readHabits('1', GROUPS, kept()).folded).toEqual([])
    const many = Array.from({ length: MANY }, (_, at): [string, string, string] => [`l${at}`, `台账${at}`, ''])
    expect(readHabits('1', [...GROUPS, group('系统管理', ...many)], kept()).folded).toEqual(['风险隐患', '系统管理'])
  })
  it('puts in and takes out', () => {
    expect(toggled(['a'], 'b')).toEqual(['a', 'b'])
    expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
  })
  it('knows views and pages by their own names', () => {
    expect(nameOf({ ledger: 'grid', page: 'grid', title: '网格树', keys: '' })).toBe('grid')
    expect(nameOf({ ledger: 'clock-ins', view: 'clock-in-statistic', title: '上岗统计', keys: '' })).toBe(
      'clock-in-statistic',
    )
  })
})
