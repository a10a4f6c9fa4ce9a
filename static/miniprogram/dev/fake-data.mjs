/** What the fake server knows: one driver, two units, a few labels that each end another way. */

export const DAY = () => local(Date.now()).slice(0, 10)

export function local(ms) {
  return new Date(ms + 8 * 3600_000).toISOString().slice(0, 19) + '+08:00'
}

export const PERSON = { id: 'p1', name: '张建国', phone: '138****6721', login: '13800006721' }

export const UNITS = [
  { id: 'u1', name: '宁波甬江水务有限公司', state: 'approved', role: 'operator', current: true, site: '城东水厂' },
  { id: 'u2', name: '杭州钱塘仓储物流有限公司', state: 'approved', role: 'operator', current: false, site: null },
]

export const ALL_UNITS = [...UNITS, { id: 'u3', name: '绍兴越城起重设备安装有限公司' }, { id: 'u4', name: '宁波北仑港务有限公司' }]

export const CERTIFICATES = [
  { id: 'c1', number: 'T330203198511121238', code: 'N1', project: '叉车司机', valid_until: '2028-05-31', state: 'valid', unit: UNITS[0] },
  { id: 'c2', number: 'T330203198511121239', code: 'Q2', project: '起重机司机', valid_until: '2026-12-15', state: 'expiring', unit: UNITS[0] },
  { id: 'c3', number: 'T330203198511121240', code: 'N2', project: '观光车和观光列车司机', valid_until: '2026-08-01', state: 'expired', unit: UNITS[0] },
]

const TRUCK = { id: 'e1', name: '3号叉车', code: '511033020320210001', register_no: '车11浙B0312(21)', location: '城东水厂 加药间', type: '叉车' }

/** A booked clock-in. `at` is ISO with offset. */
export function clockIn(id, at, extra = {}) {
  return {
    id,
    day: at.slice(0, 10),
    scanned_at: at,
    received_at: local(Date.now()),
    late: false,
    place: null,
    unit: { id: 'u1', name: UNITS[0].name },
    person: { id: PERSON.id, name: PERSON.name },
    equipment: TRUCK,
    certificate: { number: CERTIFICATES[0].number, code: 'N1', project: '叉车司机', valid_until: '2028-05-31' },
    created: true,
    ...extra,
  }
}

const OFFICER = { name: '李敏', phone: '13900001111' }
const no = (status, code, title, cause, advice, kind, label, contact) => ({
  status,
  error: {
    code, title, cause, advice, message: `${title}。${cause}。${advice}。`, fields: {},
    details: { action: { kind, label }, ...(contact ? { contact } : {}) },
  },
})

/** By the label's code; every other code is booked. */
export const REFUSALS = {
  '0000000001': no(404, 'unknown_qr', '不认识这个二维码', '设备表里没有这个编号', '换设备上的另一个二维码，或者输入编号', 'type_code', '输入编号', OFFICER),
  '0000000002': no(403, 'equipment_other_unit', '不是本单位的设备', '这台设备属于杭州钱塘仓储物流有限公司', '切换到那个单位再扫', 'switch_unit', '切换单位'),
  '0000000003': no(409, 'equipment_stopped', '设备已停用', '3号叉车从 2026-11-20 起停用', '先不要开，问安全管理员', 'call_officer', '打电话给李敏', OFFICER),
  '0000000004': no(403, 'certificate_expired', '证书已过期', '你的叉车司机证 2026-08-01 到期', '先办复审，再上岗', 'certificates', '看我的证照', OFFICER),
  '0000000005': no(422, 'clock_wrong', '手机时间不对', '手机比服务器快了 2 小时', '打开手机设置，把时间改成自动，再扫一次', 'fix_clock', '改好了，重新扫码'),
}
