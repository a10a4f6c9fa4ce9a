/**
 * Load the built mini-program as WeChat would and use it a little.
 *
 * Checks that app.json's pages are all there, that the app and each page register and start, and that the scan page
 * calls wx.scanCode when opened and when tapped, and books what was read. Exits 1 with what is broken.
 * Usage: node scripts/smoke.mjs [built folder].
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fakePhone } from './fake-wx.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const BUILD = resolve(process.argv[2] ?? resolve(here, '../../dist/mp-weixin'))
const SOURCES = resolve(here, '../src/pages.json')
const SESSION = {
  token: 't',
  expiresAt: '',
  mustChangePassword: false,
  person: { id: 'p1', name: '张建国', phone: '138****6721', login: '13800006721' },
  units: [{ id: 'u1', name: '甬江水务', state: 'approved', role: 'operator', current: true, site: null }],
}
const QR = 'https://safety.example.cn/e/7K3QM9XW2A'
const settle = () => new Promise((done) => setTimeout(done, 30))

function listed() {
  assert.ok(existsSync(resolve(BUILD, 'app.json')), 'no build: run npm run build:mp-weixin first')
  const { pages } = JSON.parse(readFileSync(resolve(BUILD, 'app.json'), 'utf8'))
  const wanted = JSON.parse(readFileSync(SOURCES, 'utf8')).pages.map((page) => page.path)
  assert.deepEqual([...pages].sort(), [...wanted].sort(), 'app.json does not list the pages of pages.json')
  for (const page of pages) complete(page, ['js', 'json', 'wxml']) // a style of its own is optional
  return pages
}

/**
 * All files of a page or component are there, and those of the components that it uses, which may use each other.
 * Gives the components.
 */
function complete(path, endings, seen = new Set()) {
  for (const ending of endings)
    assert.ok(existsSync(resolve(BUILD, `${path}.${ending}`)), `${path}.${ending} is missing`)
  const { usingComponents = {} } = JSON.parse(readFileSync(resolve(BUILD, `${path}.json`), 'utf8'))
  for (const to of Object.values(usingComponents)) {
    const used = relative(BUILD, resolve(BUILD, dirname(path), to))
    if (seen.has(used)) continue
    seen.add(used)
    complete(used, endings.length ? ['js', 'json', 'wxml'] : [], seen)
  }
  return [...seen]
}

/** The handler that the page's markup ties to the element with this test id, as its data names it. */
function handlerOf(page, phone, testid) {
  const markup = readFileSync(resolve(BUILD, `${page}.wxml`), 'utf8')
  const tag = markup.split('<').find((each) => each.includes(`data-testid="${testid}"`))
  assert.ok(tag, `${page} has no ${testid}`)
  const slot = /bindtap="\{\{(\w+)\}\}"/.exec(tag)?.[1]
  assert.ok(slot, `${testid} cannot be tapped`)
  const open = phone.top()
  const handler = open[open.data[slot]]
  assert.equal(typeof handler, 'function', `${testid} has no handler`)
  return (event = {}) => handler.call(open, { type: 'tap', detail: {}, target: {}, currentTarget: {}, ...event })
}

const pages = listed()
for (const page of pages) {
  const phone = fakePhone(BUILD, { 'anban.session': JSON.stringify(SESSION) })
  phone.launch()
  for (const component of complete(page, [])) assert.ok(phone.registers(component), `${component} registers nothing`)
  phone.open(page, page === 'pages/result/index' ? { own: 'not_bound' } : {})
  await settle()
  assert.ok(phone.top(), `${page} did not register`)
  assert.ok(Object.keys(phone.top().data).length, `${page} draws nothing`)
  assert.deepEqual(phone.faults, [], `${page} failed`)
  phone.quit()
}

const phone = fakePhone(BUILD, { 'anban.session': JSON.stringify(SESSION) })
phone.launch()
phone.open('pages/scan/index', {})
await settle()
assert.equal(phone.scans.length, 1, 'opening the scan page does not call wx.scanCode')
phone.scans[0].fail({ errMsg: 'scanCode:fail cancel' })
await settle()
assert.equal(phone.moves.length, 0, 'a cancelled scan must leave the page as it is')
handlerOf('pages/scan/index', phone, 'scan-again')()
await settle()
assert.equal(phone.scans.length, 2, 'tapping does not call wx.scanCode')
phone.scans[1].success({ result: QR, scanType: 'QR_CODE' })
await settle()
const kept = Object.entries(phone.storage).find(([key]) => key.startsWith('anban.queue.'))
assert.ok(kept, 'the scan was not written down')
const scan = JSON.parse(kept[1])
assert.deepEqual([scan.qr, scan.unit.id], [QR, 'u1'])
assert.equal(phone.moves[0], `/pages/result/index?key=${scan.key}`, 'the result page is not opened')
assert.deepEqual(phone.faults, [])
phone.quit()

console.log(
  `mini-program: ${pages.length} pages registered and started; scan page calls wx.scanCode and books what it reads`,
)
process.exit(0)
