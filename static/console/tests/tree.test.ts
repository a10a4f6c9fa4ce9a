import { describe, expect, it } from 'vitest'
import { below, childrenOf, depths, foldedAtFirst, seen, stepOf } from '@/lib/ledger/tree'

const node = (id: string, parent: string | null, name = id) => ({ id, parent, name })
const PLANT = [
  node('g', null, '江澜集团'),
  node('c', 'g', '江澜重工'),
  node('s', 'c', '一号厂 A区'),
  node('d', 's'),
  node('x', null),
]
const inner = (nodes: { parent: string | null }[]) => new Set(nodes.map((one) => one.parent))
const ids = (nodes: { id: string }[]) => nodes.map((one) => one.id)

describe('a tree by keys', () => {
  const shown = seen(PLANT, new Set(['s']), '')
  const press = (key: string, at: string | null) => stepOf(key, shown, at, inner(PLANT))
  it('goes up and down among what is seen, and no farther', () => {
    expect(ids(shown)).toEqual(['g', 'c', 's', 'x'])
    expect([press('ArrowDown', 'g'), press('ArrowUp', 'x'), press('ArrowUp', 'g'), press('ArrowDown', 'x')]).toEqual([
      { to: 'c' },
      { to: 's' },
      null,
      null,
    ])
    expect([press('Home', 's'), press('End', 'g'), press('ArrowDown', null)]).toEqual([
      { to: 'g' },
      { to: 'x' },
      { to: 'g' },
    ])
  })
  it('opens and folds, then goes in and out', () => {
    expect([press('ArrowRight', 's'), press('ArrowRight', 'c'), press('ArrowRight', 'x')]).toEqual([
      { open: 's' },
      { to: 's' },
      null,
    ])
    expect([press('ArrowLeft', 'c'), press('ArrowLeft', 's'), press('ArrowLeft', 'x'), press('a', 'g')]).toEqual([
      { fold: 'c' },
      { to: 'c' },
      null,
      null,
    ])
  })
})

describe('what is seen of a tree', () => {
  it('shows what a word finds with all that is above it, however it is typed', () => {
    expect(ids(seen(PLANT, new Set(['g']), ' a区 '))).toEqual(['g', 'c', 's'])
  })
  it('puts at the top what hangs on nothing that is seen', () => {
    const cut = [node('s', 'hidden'), node('d', 's')]
    expect([...depths(cut)]).toEqual([
      ['s', 0],
      ['d', 1],
    ])
    expect(ids(childrenOf(cut).get(null)!)).toEqual(['s'])
  })
  it('is open where one can look over it, and else down to what is below the tops', () => {
    expect(foldedAtFirst(PLANT).size).toBe(0)
    const many = [...PLANT, ...Array.from({ length: 100 }, (_, place) => node(`n${place}`, 'd'))]
    expect([...foldedAtFirst(many)]).toEqual(['c', 's', 'd'])
  })
  it('works on twenty thousand nodes beside each other in no time that one feels', () => {
    const many = [
      node('g', null),
      ...Array.from({ length: 20000 }, (_, place) => node(`n${place}`, 'g', `第${place}号`)),
    ]
    const began = performance.now()
    expect(below(many, 'g')).toHaveLength(20001)
    expect(seen(many, foldedAtFirst(many), '19999')).toHaveLength(2)
    expect(performance.now() - began).toBeLessThan(500)
  })
})
