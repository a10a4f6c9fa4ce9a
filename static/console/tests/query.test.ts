import { describe, expect, it } from 'vitest'
import type { Filter } from '@/api/types'
import {
  exportOrder,
  filterCount,
  isFirstPage,
  nextSort,
  readAddress,
  requestQuery,
  viewAddress,
  writeAddress,
} from '@/lib/ledger/query'

const FILTERS: Filter[] = [
  { field: 'state', kind: 'choice' },
  { field: 'company', kind: 'reference' },
  { field: 'at', kind: 'moment_range' },
]

describe('a saved view', () => {
  it('is an address: values as lists, spans by their ends', () => {
    const filters = { state: ['waiting'], company: '7', at: { from: '2026-11-01', to: '' } }
    const address = viewAddress({ q: '王', filters, sort: '-at' })
    expect(address).toEqual({
      q: '王',
      'f.state': ['waiting'],
      'f.company': '7',
      'f.at.from': '2026-11-01',
      sort: '-at',
    })
    expect(readAddress(address, FILTERS)).toMatchObject({
      q: '王',
      filters: { state: ['waiting'], company: ['7'] },
      ranges: { at: { from: '2026-11-01' } },
      sort: '-at',
    })
  })
})

describe('the address', () => {
  it('comes back as it was written', () => {
    const query = {
      q: '王 伟',
      filters: { state: ['waiting', 'refused'] },
      ranges: { at: { from: '2026-11-01' } },
      sort: '-at',
      cursor: 'abc',
      end: false,
    }
    expect(readAddress(writeAddress(query), FILTERS)).toEqual(query)
  })
  it('drops filters that the ledger does not have', () => {
    expect(readAddress({ 'f.colour': 'red', 'f.state': 'waiting' }, FILTERS).filters).toEqual({ state: ['waiting'] })
  })
  it('takes a single value and a repeated one', () => {
    expect(readAddress({ 'f.state': ['a', 'b', null] }, FILTERS).filters.state).toEqual(['a', 'b'])
    expect(readAddress({ 'f.state': 'a' }, FILTERS).filters.state).toEqual(['a'])
  })
  it('lets a cursor win over the last page', () => {
    const query = readAddress({ cursor: 'x', end: 'last' }, FILTERS)
    expect(requestQuery(query, FILTERS, 50)).toBe('limit=50&cursor=x')
    expect(isFirstPage(query)).toBe(false)
  })
})

it('asks the server with repeated filters and ranges', () => {
  const query = readAddress(
    { q: '叉车', 'f.state': ['a', 'b'], 'f.at.from': '2026-11-01', 'f.at.to': '2026-11-02', sort: 'at' },
    FILTERS,
  )
  const sent = new URLSearchParams(requestQuery(query, FILTERS, 20))
  expect(sent.getAll('f.state')).toEqual(['a', 'b'])
  expect([sent.get('q'), sent.get('f.at.from'), sent.get('f.at.to'), sent.get('sort'), sent.get('limit')]).toEqual([
    '叉车',
    '2026-11-01',
    '2026-11-02',
    'at',
    '20',
  ])
  expect(filterCount(query)).toBe(3)
})

it('exports what the filters leave', () => {
  const query = readAddress({ 'f.company': '7', 'f.at.to': '2026-11-02' }, FILTERS)
  expect(exportOrder(query, FILTERS, ['name'], '-at')).toEqual({
    q: '',
    filters: { company: ['7'], at: { to: '2026-11-02' } },
    sort: '-at',
    columns: ['name'],
  })
})

it('sorts up, down, and back', () => {
  expect([nextSort('', 'at'), nextSort('at', 'at'), nextSort('-at', 'at'), nextSort('name', 'at')]).toEqual([
    'at',
    '-at',
    '',
    'at',
  ])
})
