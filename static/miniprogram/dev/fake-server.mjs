/**
 * A stand-in for the backend, for looking at the client while it is being built. Never part of a build.
 *
 * Serves the built H5 under /m/ with a strict CSP and answers docs/http-api.md, "Phone door". Passwords: any, but
 * `wrong`, `locked` and `first`. POST /dev sets faults: {"delay": ms, "fail": status, "times": n, "skew": ms,
 * "units": "none|waiting|two", "expire": true, "reset": true}.
 */
import { createServer } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ALL_UNITS, CERTIFICATES, clockIn, DAY, local, PERSON, REFUSALS, UNITS } from './fake-data.mjs'

const PORT = Number(process.env.PORT ?? 8765)
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../dist/m')
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; media-src 'self' blob:; manifest-src 'self'"
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' }

const blank = () => ({ tokens: new Set(), due: false, units: 'two', current: 'u1', records: [], keys: {}, bindings: [], faults: {}, log: [] })
let world = blank()

const session = () => ({
  expires_at: local(Date.now() + 30 * 86400_000),
  person: PERSON,
  units: units(),
  rights: {},
  must_change_password: world.due,
})

function units() {
  if (world.units === 'none') return []
  if (world.units === 'waiting') return [{ ...UNITS[0], state: 'waiting', current: false }]
  return UNITS.map((unit) => ({ ...unit, current: unit.id === world.current }))
}

function today() {
  const records = world.records.filter((record) => record.day === DAY())
  const unit = units().find((each) => each.current) ?? null
  const state = world.units === 'none' ? 'no_unit' : world.units === 'waiting' ? 'waiting' : records.length ? 'on_duty' : 'off'
  const title = { no_unit: '未绑定单位', waiting: '等待审核', on_duty: '今天已上岗', off: '今天还没上岗' }[state]
  return { day: DAY(), server_time: local(Date.now()), unit, state, title, records, equipment: [], certificates: { valid: 1, expiring: 1, expired: 1 } }
}

function history() {
  const past = Array.from({ length: 120 }, (_, at) => {
    const day = local(Date.now() - (Math.floor(at / 2) + 1) * 86400_000).slice(0, 10)
    return clockIn(`h${at}`, `${day}T${at % 2 ? '07' : '13'}:5${at % 9}:00+08:00`)
  })
  return [...world.records, ...past.filter((record) => new Date(record.day).getDay() % 6)]
}

function book(key, body) {
  if (world.keys[key]) return [200, { ...world.keys[key], created: false }]
  const code = /\/e\/(\w+)$/.exec(body.qr)?.[1]
  const refusal = REFUSALS[code]
  if (refusal) return [refusal.status, { error: refusal.error }]
  const there = world.records.find((record) => record.day === body.scanned_at.slice(0, 10))
  if (there) return [200, { ...there, created: false }]
  const record = clockIn(`n${world.records.length}`, body.scanned_at)
  world.records.unshift(record)
  world.keys[key] = record
  return [201, record]
}

const wrong = (code, title, cause, advice, extra = {}) => ({ error: { code, title, cause, advice, message: title, fields: {}, details: {}, ...extra } })

function signIn({ password }) {
  if (password === 'wrong') return [401, wrong('wrong_password', '手机号或密码不对', '和登记的不一样', '看清大小写，再输一次')]
  if (password === 'locked') return [429, wrong('account_locked', '账号暂时锁住', '密码输错了 5 次', '等时间到了再试，或者找安全管理员重置', { retry_after: 65 })]
  world.due = password === 'first'
  const token = `t${world.tokens.size}${Date.now()}`
  world.tokens.add(token)
  return [200, { token, ...session() }]
}

const page = (items, query) => {
  const from = Number(query.get('cursor') ?? 0)
  const limit = Number(query.get('limit') ?? 20)
  return { items: items.slice(from, from + limit), next: from + limit < items.length ? String(from + limit) : null }
}

function answer(method, path, query, body, headers) {
  const token = (headers.authorization ?? '').replace('Bearer ', '')
  if (method === 'POST' && path === '/session') return signIn(body)
  if (!world.tokens.has(token)) return [401, wrong('session_expired', '登录已过期', '太久没有用', '再登录一次')]
  const open = path === '/session' || path === '/password'
  if (world.due && !open) return [403, wrong('must_change_password', '先改密码', '初始密码只能用一次', '设一个新密码')]
  const within = (record) => record.day >= query.get('from') && record.day <= query.get('to')
  switch (`${method} ${path}`) {
    case 'GET /session': return [200, session()]
    case 'DELETE /session': return world.tokens.delete(token), [204, null]
    case 'POST /password':
      if (body.new === 'password1') return [422, wrong('invalid', '新密码太容易猜', '', '', { fields: { new: '这个密码太常见，换一个' } })]
      return (world.due = false), [200, session()]
    case 'PUT /unit': return (world.current = body.unit), [200, { units: units() }]
    case 'GET /units': return [200, { items: ALL_UNITS.filter(({ name }) => name.includes(query.get('q'))).map(({ id, name }) => ({ id, name })) }]
    case 'POST /bindings': {
      const unit = ALL_UNITS.find(({ id }) => id === body.unit)
      const made = { id: `b${world.bindings.length}`, unit: { id: unit.id, name: unit.name }, state: 'waiting', applied_at: local(Date.now()) }
      world.bindings.unshift(made)
      if (world.units === 'none') world.units = 'waiting'
      return [201, made]
    }
    case 'GET /bindings': return [200, { items: world.bindings }]
    case 'GET /today': return [200, today()]
    case 'POST /clock-ins': return book(headers['idempotency-key'], body)
    case 'GET /clock-ins': return [200, page(history().filter(within), query)]
    case 'GET /clock-ins/calendar': {
      const count = {}
      for (const { day } of history()) if (day.startsWith(query.get('month'))) count[day] = (count[day] ?? 0) + 1
      return [200, { month: query.get('month'), days: Object.entries(count).map(([day, n]) => ({ day, count: n })) }]
    }
    case 'GET /certificates': return [200, { items: CERTIFICATES }]
    default: return [404, wrong('not_found', '没有这个地址', '', '')]
  }
}

function control(body) {
  if (body.reset) world = blank()
  if (body.expire) world.tokens.clear()
  if (body.units) world.units = body.units
  Object.assign(world.faults, body)
  return [200, { log: world.log }]
}

function send(response, status, type, content) {
  const time = local(Date.now() + (world.faults.skew ?? 0))
  response.writeHead(status, { 'Content-Type': type, 'Content-Security-Policy': CSP, 'X-Server-Time': time, 'Cache-Control': 'no-cache' })
  response.end(content)
}

function file(response, path) {
  const wanted = join(ROOT, path === '/m/' ? 'index.html' : path.slice(3))
  if (!wanted.startsWith(ROOT) || !existsSync(wanted)) return send(response, 404, 'text/plain', 'no')
  send(response, 200, TYPES[extname(wanted)] ?? 'application/octet-stream', readFileSync(wanted))
}

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://x')
  const label = /^\/e\/(\w+)$/.exec(url.pathname)
  if (label) return response.writeHead(302, { Location: `/m/#/pages/scan/confirm?e=${label[1]}` }).end()
  if (url.pathname.startsWith('/m/')) return file(response, url.pathname)
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = chunks.length ? JSON.parse(Buffer.concat(chunks).toString()) : {}
  if (url.pathname === '/dev') return send(response, 200, 'application/json', JSON.stringify(control(body)[1]))
  const path = url.pathname.replace('/api/mp/v1', '')
  const { delay, fail, times } = world.faults
  world.log.push({ method: request.method, path, key: request.headers['idempotency-key'], body })
  if (delay) await new Promise((done) => setTimeout(done, delay))
  if (fail && path === '/clock-ins' && request.method === 'POST' && (times ?? 1) > 0) {
    world.faults.times = (times ?? 1) - 1
    return send(response, fail, 'text/html', '<h1>gateway</h1>')
  }
  const [status, content] = answer(request.method, path, url.searchParams, body, request.headers)
  send(response, status, 'application/json', content === null ? '' : JSON.stringify(content))
}).listen(PORT, '127.0.0.1', () => console.log(`http://127.0.0.1:${PORT}/m/`))
