import { describe, expect, it } from 'vitest'
import { faceOf, factsOf } from '../src/logic/ledger/ledgers'
import { otherQuery } from '../src/logic/links'
import type { Ledger, LedgerField, Row } from '../src/services/shapes/ledgers'

const TODAY = '2026-11-30'
const field = (name: string, title: string, kind: string, more: Partial<LedgerField> = {}) =>
  ({ name, title, kind, readonly: false, create_only: false, choices: null, ...more }) as LedgerField

const PAPERS = {
  fields: [
    field('company', '单位', 'reference'),
    field('person', '持证人', 'reference'),
    field('project', '作业项目', 'text'),
    field('valid_until', '有效期至', 'date'),
    field('as_is', '已对照证书核对', 'flag'),
    field('created_at', '登记时间', 'moment'),
    field('standing', '状态', 'choice', { choices: [{ value: 'good', title: '有效', tone: 'good' }] }),
  ],
  columns: ['company', 'person', 'project', 'valid_until', 'standing'].map((name) => ({ field: name })),
  form: [{ title: '证书', fields: ['company', 'person', 'as_is'] }],
  phone: { title: 'person', second: ['project', 'limits', 'valid_until'], badge: 'standing' },
} as unknown as Ledger
const PAPER = {
  id: '1',
  label: 'N1 T9****8',
  tone: 'plain',
  values: {
    company: { id: '7', label: '江澜重工' },
    person: { id: '2', label: '任金龙' },
    project: '叉车司机 N1',
    valid_until: '2029-06-01',
    as_is: false,
    created_at: '2026-11-30T08:02:00+08:00',
    standing: 'good',
  },
} as unknown as Row

describe('a row of a ledger', () => {
  it('says of a bare date what it is', () => {
    const face = faceOf(PAPERS, PAPER, TODAY)
    expect(face.title).toBe('任金龙')
    expect(face.lines.map(({ words }) => words)).toEqual(['叉车司机 N1', '有效期至 2029-06-01'])
    expect([face.badge, face.tone]).toEqual(['有效', 'good'])
  })

  it('lists on its page what its head does not say, the unit last, and no question as a fact', () => {
    const facts = factsOf(PAPERS, PAPER, TODAY)
    expect(facts.map(({ name }) => name)).toEqual(['project', 'valid_until', 'company'])
    const checked = { ...PAPER, values: { ...PAPER.values, as_is: true } }
    expect(factsOf(PAPERS, checked, TODAY).map(({ name }) => name)).toContain('as_is')
  })
})

describe('the address of a page', () => {
  it('asks for something else when its query does, whatever the order', () => {
    const list = '/pages/ledger/list?ledger=meetings'
    expect(otherQuery(list, '/pages/ledger/list?ledger=equipment')).toBe(true)
    expect(otherQuery(list, '/pages/ledger/list')).toBe(true)
    expect(otherQuery(`${list}&by=a`, '/pages/ledger/list?by=a&ledger=meetings')).toBe(false)
    expect(otherQuery('/pages/home/index', '/')).toBe(false)
  })
})
