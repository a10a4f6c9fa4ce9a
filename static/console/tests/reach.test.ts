import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** What scrolls and always has something in it that Tab comes to: by file and class. */
const HAS_CONTROLS = new Set([
  'components/frame/SideMenu.vue .menu',
  'components/frame/JobsIndicator.vue .sheet',
  'components/frame/GlobalSearch.vue .hits',
  'components/ledger/list/ColumnChoice.vue .sheet',
  'components/grid/TemplateDialog.vue .tree',
  'views/AccountView.vue .view',
  'views/FlowView.vue .left',
  'views/HomeView.vue .home',
  'views/FlowView.vue .right',
  'views/MessagesView.vue .view',
  'views/RulesView.vue .view',
  'views/SettingsView.vue .view',
])
const FILES = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.vue'))
  .map((file) => file.split('\\').join('/'))

/** Selectors of a component's own styles that scroll. */
const scrolling = (source: string): string[] =>
  [...source.matchAll(/^([^\n{}]+) \{[^{}]*overflow(?:-[xy])?: (?:auto|scroll);/gm)].map((found) => found[1]!.trim())
/** The tag that a selector means, as it stands in the template. */
function tag(source: string, selector: string): string {
  const last = selector.split(' ').at(-1)!
  const name = last.startsWith('.') ? `<[a-zA-Z-]+ [^>]*class="[^"]*\\b${last.slice(1)}\\b[^>]*>` : `<${last}[^>]*>`
  return new RegExp(name).exec(source)?.[0] ?? ''
}

describe('whatever scrolls', () => {
  it('can be scrolled by keys: it can be come to by Tab, or has something in it that can', () => {
    const found = FILES.flatMap((file) => {
      const source = readFileSync(join('src', file), 'utf8')
      return scrolling(source)
        .filter((selector) => !tag(source, selector).includes('tabindex="0"'))
        .map((selector) => `${file} ${selector}`)
    })
    expect(found.filter((one) => !HAS_CONTROLS.has(one))).toEqual([])
    expect(found.length, 'the list has nothing in it that is no more').toBe(HAS_CONTROLS.size)
  })
})
