/**
 * Development only: answers docs/http-api.md "Console door" from memory, and serves the built console beside it.
 *   npm run fake            http://127.0.0.1:8899/console/   (login: any; password 123456 is a first password, 000 is wrong, 429 locks)
 * Environment: FAKE_PORT, FAKE_NEWS=seconds between new clock-ins (0 = none). POST /__fake/{expire|news|touch} plays tricks.
 */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LEDGERS, RIGHT_LIST } from './declare.mjs'
import { DATA, iso, makeClockIn } from './data.mjs'

const PORT = Number(process.env.FAKE_PORT ?? 8899)
const DIST = fileURLToPath(new URL('../../dist/console', import.meta.url))
const MIME = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }
const state = { signedIn: false, must: false, jobs: [], serial: 90000, files: {}, sockets: new Set() }

const fail = (status, code, title, cause, advice, more = {}) => Object.assign(new Error(title), { status, body: { error: { code, title, cause, advice, message: `${title}。${cause}${advice}`, fields: {}, ...more } } })
const me = () => ({
  account: { id: '7', name: '周敏', login: '13800000001' }, company: { id: '2', name: '安江第一水厂有限公司' }, companies: DATA.companies.map((row) => ({ id: row.id, name: row.label })), roles: ['安全管理员'], rights: {}, must_change_password: state.must, demo: true, installation: '安班', server_time: iso(Date.now()),
  menu: ['扫码上岗', '系统管理'].map((title) => ({ title, items: LEDGERS.filter((one) => one.group === title).map((one) => ({ title: one.title, ledger: one.name })) })),
})

const raw = (value) => (value && typeof value === 'object' && 'id' in value ? value.id : value)
function matches(row, search) {
  const q = search.get('q')
  if (q && !JSON.stringify(row.values).includes(q)) return false
  for (const key of new Set(search.keys())) {
    if (!key.startsWith('f.')) continue
    const [, name, end] = key.split('.')
    const value = raw(row.values[name])
    if (end === 'from' && String(value) < search.get(key)) return false
    if (end === 'to' && String(value) > search.get(key)) return false
    if (!end && !search.getAll(key).some((one) => String(value) === one || (typeof value === 'string' && value.includes(one)))) return false
  }
  return true
}
function list(ledger, search) {
  const rows = DATA[ledger.name].filter((row) => matches(row, search))
  const sort = search.get('sort')
  if (sort) {
    const name = sort.replace('-', '')
    rows.sort((a, b) => String(raw(a.values[name])).localeCompare(String(raw(b.values[name])), 'zh') * (sort.startsWith('-') ? -1 : 1))
  }
  const limit = Number(search.get('limit') ?? 50)
  const last = Math.max(0, rows.length - (rows.length % limit || limit))
  const at = search.get('end') === 'last' ? last : Number(search.get('cursor') ?? 0)
  return { items: rows.slice(at, at + limit), next: at + limit < rows.length ? String(at + limit) : null, previous: at > 0 ? String(Math.max(0, at - limit)) : null, count: { value: Math.min(1000, rows.length), exact: rows.length <= 1000 } }
}
const find = (ledger, id) => {
  const row = DATA[ledger.name].find((one) => one.id === id)
  if (!row) throw fail(404, 'not_found', `没有这条${ledger.noun}`, '它可能已被删除。', '请返回列表。')
  return row
}
function resolve(ledger, values) {
  const out = { ...values }
  for (const field of ledger.fields) {
    if (!(field.name in out) || !field.to) continue
    const label = (id) => DATA[field.to].find((row) => row.id === id)
    if (field.kind === 'reference') out[field.name] = out[field.name] && { id: out[field.name], label: label(out[field.name])?.label }
    else out[field.name] = out[field.name].map((id) => ({ id, label: label(id)?.label }))
  }
  return out
}
function job(kind, ledger, title, total, finish) {
  const one = { id: String(++state.serial), kind, ledger, title, state: 'running', done: 0, total, started_at: iso(Date.now()), finished_at: null, result: null, error: null, file: null }
  state.jobs.unshift(one)
  const timer = setInterval(() => {
    one.done = Math.min(total, one.done + Math.ceil(total / 6))
    if (one.done < total) return
    clearInterval(timer)
    Object.assign(one, finish(), { state: 'done', finished_at: iso(Date.now()) })
  }, Number(process.env.FAKE_STEP ?? 300))
  return one
}
let round = 0
function check() {
  const bad = round++ % 2 === 0
  const errors = bad ? [['B3', 3, '身份证号', 'id_check_digit', '身份证号校验位不对。请核对最后一位。', '33010119900307721X'], ['C3', 3, '联系电话', 'phone', '手机号要 11 位。现在是 10 位。', '1380000000'], ['D7', 7, '是否添加账号', 'choice', '只能填“是”或“否”。请从下拉里选。', '要'], ['B9', 9, '身份证号', 'duplicate_in_sheet', '和第 4 行是同一个人。请删掉一行。', '330101198503070039']] : []
  return { file: '一车间人员.xlsx', sheet: '使用单位导入人员', rows: 41, good: bad ? 38 : 41, bad: bad ? 3 : 0, creates: bad ? 36 : 39, updates: 2, errors: errors.map(([cell, row, column, code, message, value]) => ({ row, column, cell, code, message, value })), errors_total: errors.length, preview: { columns: ['姓名', '身份证号', '联系电话', '是否添加账号'], rows: Array.from({ length: 20 }, (_, i) => ({ row: i + 2, values: ['张*', '330***********1234', '138****0001', i % 2 ? '是' : '否'], verdict: bad && [1, 5, 7].includes(i) ? 'error' : i === 9 ? 'update' : 'create' })) } }
}
function act(ledger, name, { ids, values }) {
  const action = ledger.actions.find((one) => one.name === name)
  if (action.gives === 'file') return [202, job('action', ledger.name, `${ledger.noun}标签`, ids.length, () => ({ file: { name: '设备标签.pdf', size: 48211, mime: 'application/pdf' } }))]
  if (name === 'reset_password') return [200, { message: 'Hq7m-Tz4k-9wPx', rows: [] }]
  const rows = ids.map((id) => find(ledger, id))
  for (const row of rows) {
    row.version++
    if (name === 'approve' || name === 'refuse') Object.assign(row, { tone: 'plain', can: [], values: { ...row.values, state: name === 'approve' ? 'approved' : 'refused', decided_by: '周敏', reason: values.reason } })
    if (name === 'stop') Object.assign(row, { tone: 'warn', can: ['edit', 'delete', 'labels'], values: { ...row.values, state: 'stopped' } })
    if (name === 'lock') Object.assign(row, { tone: 'bad', can: ['edit', 'delete'], values: { ...row.values, state: 'locked' } })
  }
  return [200, { message: `${action.title}：${rows.length} ${ledger.measure}。`, rows }]
}
const history = (ledger, row) => ({ items: [{ at: iso(Date.now() - 36e5), by: { id: '8', name: '李建国' }, door: 'phone', action: 'edited', changes: [{ field: ledger.fields[0].name, title: ledger.fields[0].title, old: '旧的内容', new: row.values[ledger.fields[0].name] }] }, { at: iso(Date.now() - 3 * 864e5), by: { id: '7', name: '周敏' }, door: 'import', action: 'created', changes: [{ field: 'note', title: '备注', old: null, new: '从 Excel 导入' }] }], next: null })

function save(ledger, method, id, body) {
  const { values } = body
  if (values.name === '撞名') throw fail(422, 'invalid', '有 1 处要改', '内容没有通过检查。', '请按提示改好再保存。', { fields: { name: '这个名称已经有了。请换一个。' } })
  if (method === 'POST') {
    const row = { id: String(++state.serial), label: values.name ?? values.number ?? '新记录', version: 1, tone: 'plain', values: resolve(ledger, values), can: ['edit', 'delete', 'labels', 'match', 'reset_password'] }
    DATA[ledger.name].unshift(row)
    return [201, row]
  }
  const row = find(ledger, id)
  if (body.version !== row.version) throw fail(409, 'changed_meanwhile', '别人刚改过', '您打开后有人保存了。', '请核对后再保存。', { details: { row } })
  row.version++
  Object.assign(row.values, resolve(ledger, values))
  row.label = row.values.name ?? row.label
  return [200, row]
}

function route(method, path, search, body) {
  const [name, id, third, fourth] = path.slice(1).split('/').map(decodeURIComponent)
  if (name === 'session') return session(method, body)
  if (!state.signedIn) throw fail(401, 'session_expired', '登录已过期', '太久没有操作。', '请重新登录。')
  if (name === 'password') {
    if (body.current === '000') throw fail(422, 'invalid', '密码没有改', '有一处不对。', '请改好再试。', { fields: { current: '现在的密码不对。' } })
    state.must = false
    return [200, me()]
  }
  if (name === 'ledgers') return [200, { items: LEDGERS }]
  if (name === 'rights') return [200, RIGHT_LIST]
  if (name === 'jobs') return [200, id ? state.jobs.find((one) => one.id === id) : { items: state.jobs }]
  const ledger = LEDGERS.find((one) => one.name === name)
  if (!ledger) throw fail(403, 'right_missing', '您不能看这个台账', `您的角色没有“查看${name}”的权限。`, '请联系系统管理员王伟（138****0000）给您加上。')
  if (!id) return method === 'GET' ? [200, list(ledger, search)] : save(ledger, method, null, body)
  if (id === 'options') {
    const to = ledger.fields.find((one) => one.name === third).to
    return [200, { items: DATA[to].filter((row) => row.label.includes(search.get('q') ?? '')).slice(0, 20).map((row) => ({ id: row.id, label: row.label, note: row.values.phone ?? null })) }]
  }
  if (id === 'actions') return act(ledger, third, body)
  if (id === 'imports') return fourth === 'commit' ? [202, job('import_commit', name, `导入${ledger.noun}`, 41, () => ({ result: { created: 39, updated: 2 } }))] : [202, job('import_check', name, `检查${ledger.noun}导入表`, 41, () => ({ result: check() }))]
  if (id === 'exports') return [202, job('export', name, `导出${ledger.title}`, 1400, () => ({ file: { name: `${ledger.title}.xlsx`, size: 183422, mime: 'application/vnd.ms-excel' } }))]
  if (third === 'history') return [200, history(ledger, find(ledger, id))]
  if (third === 'attachments') {
    const files = (state.files[`${name}.${id}`] ??= [])
    if (method === 'POST') files.push({ id: String(++state.serial), name: '现场照片.jpg', size: 248123, mime: 'image/jpeg', at: iso(Date.now()), by: { id: '7', name: '周敏' } })
    if (method === 'DELETE') files.splice(files.findIndex((one) => one.id === fourth), 1)
    return method === 'GET' ? [200, { items: files }] : [method === 'POST' ? 201 : 204, {}]
  }
  if (method === 'PATCH') return save(ledger, method, id, body)
  if (method === 'DELETE') throw fail(409, 'in_use', '这条不能删', '它还连着 2 本证书、31 条上岗记录。', '请先处理这些记录；人离职了可以改为“解除绑定”。')
  return [200, find(ledger, id)]
}
function session(method, body) {
  if (method === 'DELETE') return (state.signedIn = false), [204, null]
  if (method === 'GET') {
    if (!state.signedIn) throw fail(401, 'unauthenticated', '还没有登录', '', '请先登录。')
    return [200, me()]
  }
  if (body.password === '000') throw fail(401, 'wrong_password', '登录名或密码不对', '还可以再试 3 次，之后账号会锁一会儿。', '请核对大小写；忘记密码请联系管理员。')
  if (body.password === '429') throw fail(429, 'account_locked', '账号暂时锁住了', '连着输错 5 次密码。', '请等一会儿再试，或请管理员解锁。', { retry_after: 75 })
  state.signedIn = true
  state.must = body.password === '123456'
  return [200, me()]
}

function tell(ledger, id) {
  const text = Buffer.from(JSON.stringify({ type: 'changed', ledger, id }))
  for (const socket of state.sockets) socket.write(Buffer.concat([Buffer.from(text.length < 126 ? [0x81, text.length] : [0x81, 126, text.length >> 8, text.length & 255]), text]))
}
function news() {
  const row = makeClockIn(String(++state.serial), Date.now())
  DATA['clock-ins'].unshift(row)
  tell('clock-ins', row.id)
}
function trick(name) {
  if (name === 'expire') state.signedIn = false
  if (name === 'news') news()
  if (name === 'touch') {
    const row = DATA.equipment[0]
    row.version++
    Object.assign(row.values, { location: '码头堆场（李建国改的）', capacity: 3.5 })
    tell('equipment', row.id)
  }
}

function page(path, answer) {
  const wanted = join(DIST, normalize(path.replace(/^\/console\/?/, '')))
  const file = wanted.startsWith(DIST) && existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(DIST, 'index.html')
  answer.writeHead(200, { 'Content-Type': MIME[extname(file)] ?? 'application/octet-stream' })
  createReadStream(file).pipe(answer)
}

const server = createServer(async (ask, answer) => {
  const url = new URL(ask.url, 'http://fake')
  const chunks = []
  for await (const chunk of ask) chunks.push(chunk)
  if (url.pathname.startsWith('/__fake/')) return trick(url.pathname.slice(8)), answer.end('ok')
  if (!url.pathname.startsWith('/api/')) return page(url.pathname, answer)
  answer.setHeader('Set-Cookie', '_xsrf=2|fake|token; Path=/')
  answer.setHeader('X-Server-Time', iso(Date.now()))
  const path = url.pathname.replace('/api/console/v1', '')
  if (/\.xlsx$|\/file$/.test(path)) return answer.writeHead(200, { 'Content-Disposition': 'attachment' }), answer.end('fake')
  try {
    if (ask.method !== 'GET' && decodeURIComponent(ask.headers['x-xsrftoken'] ?? '') !== '2|fake|token') throw fail(403, 'xsrf', '页面放得太久了', '安全校验没有通过。', '请刷新页面再试。')
    const json = ask.headers['content-type']?.includes('json') ? JSON.parse(Buffer.concat(chunks).toString()) : {}
    const [status, body] = route(ask.method, path, url.searchParams, json)
    answer.writeHead(status, { 'Content-Type': 'application/json' })
    answer.end(status === 204 ? undefined : JSON.stringify(body))
  } catch (error) {
    answer.writeHead(error.status ?? 500, { 'Content-Type': 'application/json' })
    answer.end(JSON.stringify(error.body ?? { error: { code: 'fake', message: String(error), title: '假服务出错', cause: String(error), advice: '', fields: {} } }))
  }
})
server.on('upgrade', (ask, socket) => {
  const accept = createHash('sha1').update(`${ask.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
  state.sockets.add(socket)
  socket.on('close', () => state.sockets.delete(socket))
  socket.on('error', () => state.sockets.delete(socket))
  socket.on('data', () => {})
})
if (process.env.FAKE_NEWS) setInterval(news, Number(process.env.FAKE_NEWS) * 1000)
server.listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}/console/`))
