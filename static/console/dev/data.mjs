/** Development only: plausible rows, the same ones at each start. */
let seed = 7
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647
const pick = (list) => list[Math.floor(random() * list.length)]
const digits = (count) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('')
const pad = (number) => String(number).padStart(2, '0')

export const iso = (ms) => `${new Date(ms + 8 * 3600e3).toISOString().slice(0, 19)}+08:00`
export const day = (ms) => iso(ms).slice(0, 10)
const NOW = Date.now()
const HOUR = 3600e3
const DAY = 24 * HOUR

const FAMILY = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余']
const GIVEN = ['伟', '芳', '建国', '秀英', '敏', '志强', '丽', '军', '洋', '勇', '艳', '杰', '娟', '涛', '明', '超', '秀兰', '霞', '平', '刚', '桂英', '文博', '晓东', '海燕', '国庆', '春梅', '永康', '立新']
const name = () => pick(FAMILY) + pick(GIVEN)
const ref = (row) => ({ id: row.id, label: row.label })
const row = (id, label, values, more = {}) => ({ id: String(id), label, version: 1, tone: 'plain', values, can: ['edit', 'delete'], ...more })
const many = (count, make) => Array.from({ length: count }, (_, index) => make(index))
const fill = (start, count, make) => many(count, (index) => make(String(start + index), index))

const companies = [
  row(1, '浙江安江水务集团有限公司', { name: '浙江安江水务集团有限公司', credit_code: '91330000MA27U0XX1K', level: 'group', parent: null, people: 200 }),
  row(2, '安江第一水厂有限公司', { name: '安江第一水厂有限公司', credit_code: '91330100MA27U0XX2H', level: 'company', parent: { id: '1', label: '浙江安江水务集团有限公司' }, people: 120 }),
  row(3, '安江污水处理有限公司', { name: '安江污水处理有限公司', credit_code: '91330100MA27U0XX3F', level: 'company', parent: { id: '1', label: '浙江安江水务集团有限公司' }, people: 80 }),
]
const units = companies.slice(1)
const STATES = ['valid', 'valid', 'valid', 'valid', 'expiring', 'expired']

const persons = fill(100, 200, (id) => {
  const who = name()
  const state = pick(STATES)
  return row(id, who, {
    name: who, personal_id: `330***********${digits(3)}${pick([...'0123456789X'])}`, phone: `1${pick(['38', '59', '86', '77'])}****${digits(4)}`, company: ref(pick(units)),
    role: random() < 0.08 ? 'safety_officer' : 'operator', may_approve: random() < 0.04, codes: ['N1'], certificates: 1, certificate_state: state,
    birthday: '1976-05-12', note: null, created_at: iso(NOW - random() * 30 * DAY),
  }, { tone: state === 'expired' ? 'warn' : 'plain', can: ['edit', 'delete', 'match'] })
})
const certificates = fill(1000, 220, (id, index) => {
  const state = pick(STATES)
  const until = NOW + (state === 'expired' ? -20 : state === 'expiring' ? 20 : 500) * DAY
  const number = `T3301${digits(13)}`
  return row(id, number, { number, person: ref(persons[index % 200]), code: pick(['N1', 'Q2', 'G1', 'R1']), issued_by: '杭州市市场监督管理局', valid_until: day(until), state }, { tone: state === 'expired' ? 'bad' : state === 'expiring' ? 'warn' : 'plain' })
})
const PLACES = ['1 号泵房', '加药间', '仓库东门', '检修车间', '码头堆场', '锅炉房', '二期脱水机房']
const equipment = fill(2000, 40, (id, index) => {
  const type = pick(['叉车', '叉车', '桥式起重机', '蒸汽锅炉', '压力容器'])
  const title = `${index + 1} 号${type}`
  const state = random() < 0.85 ? 'in_use' : 'stopped'
  return row(id, title, {
    name: title, code: `5110${digits(16)}`, register_no: `车11浙A${digits(5)}(${pad(index % 24)})`, type, codes: [type === '叉车' ? 'N1' : 'Q2'], company: ref(pick(units)), location: pick(PLACES), state,
    capacity: Number((random() * 9 + 1).toFixed(1)), next_check: day(NOW + random() * 300 * DAY), place: { lng: 120.15507, lat: 30.27408, accuracy: null }, label: `7K3QD-${digits(5)}`,
  }, { tone: state === 'stopped' ? 'warn' : 'plain', can: ['edit', 'delete', 'labels', ...(state === 'in_use' ? ['stop'] : [])] })
})
const bindings = fill(3000, 60, (id, index) => {
  const who = persons[index * 3 % 200]
  const state = index < 4 ? 'waiting' : pick(['approved', 'approved', 'approved', 'refused', 'ended'])
  return row(id, who.label, { person: ref(who), phone: who.values.phone, company: ref(pick(units)), state, applied_at: iso(NOW - index * 7 * HOUR - 1800e3), note: index % 3 ? null : '新来的叉车司机，班长让我申请。', decided_by: state === 'waiting' ? null : '周敏', reason: null },
    { tone: state === 'waiting' ? 'bad' : 'plain', can: state === 'waiting' ? ['approve', 'refuse'] : [] })
})
export function makeClockIn(id, ms) {
  const who = pick(persons)
  const machine = pick(equipment)
  const late = random() < 0.05
  const number = `T3301${digits(13)}`
  return row(id, `${who.label} ${machine.label}`, {
    person: ref(who), equipment: ref(machine), code: machine.values.codes[0], scanned_at: iso(ms), received_at: iso(ms + (late ? 2 * HOUR : 1200)), late, company: who.values.company, certificate_no: number, certificate_until: day(NOW + 300 * DAY),
    place: { lng: 120.15507 + random() / 1000, lat: 30.27408, accuracy: 18 }, evidence: { 绑定: '已通过，作业人员', 证书: `${number}，有效期至 ${day(NOW + 300 * DAY)}`, 设备状态: '在用', 设备位置: machine.values.location },
  }, { can: [], tone: late ? 'warn' : 'plain' })
}
const clockIns = fill(10000, 1400, (id, index) => makeClockIn(id, NOW - index * 26 * 60e3 - 90e3)).reverse()
const roles = ['系统管理员', '安全管理员', '班组长', '作业人员'].map((title, index) => row(50 + index, title, { name: title, note: `${title}平时用的权限。`, grants: [{ right: 'equipment.read', scope: 'company' }, { right: 'persons.read', scope: 'company' }], people: [2, 6, 14, 178][index] }))
const users = fill(4000, 24, (id, index) => {
  const who = persons[index]
  const state = index === 3 ? 'locked' : 'active'
  return row(id, who.label, { name: who.label, login: `138${digits(8)}`, roles: [ref(roles[1 + (index % 3)])], company: who.values.company, state, last_seen: iso(NOW - index * 5 * HOUR), password: null }, { tone: state === 'locked' ? 'bad' : 'plain', can: ['edit', 'delete', 'reset_password', ...(state === 'active' ? ['lock'] : [])] })
})

export const DATA = { companies, persons, certificates, equipment, bindings, 'clock-ins': clockIns.reverse(), users, roles }
