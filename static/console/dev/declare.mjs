/** Development only: eight ledgers as the server might declare them. Never part of the build. */
const field = (name, title, kind, more = {}) => ({ name, title, kind, required: false, readonly: false, create_only: false, help: null, max: null, min: null, unit: null, default: null, choices: null, to: null, masked: false, ...more })
const choice = (value, title, tone = 'plain') => ({ value, title, tone })
const must = { required: true }
const reference = (name, title, to, more = {}) => field(name, title, 'reference', { to, ...more })
const col = (name, width, more = {}) => ({ field: name, width, fixed: false, sortable: false, shown: true, ...more })
const RIGHTS = { read: true, create: true, edit: true, delete: true, import: true, export: true }
const action = (name, title, more) => ({ name, title, where: 'row', gives: 'rows', tone: 'plain', confirm: null, fields: [], when: {}, once: false, ...more })

const CODES = ['G1 工业锅炉司炉', 'R1 快开门式压力容器操作', 'Q2 起重机司机', 'N1 叉车司机', 'N2 观光车司机'].map((text) => choice(text.slice(0, 2), text))
const CERT = [choice('valid', '有效', 'good'), choice('expiring', '快到期', 'warn'), choice('expired', '已过期', 'bad'), choice('revoked', '已吊销', 'bad')]
const TYPES = ['叉车', '桥式起重机', '蒸汽锅炉', '压力容器', '观光车'].map((one) => choice(one, one))
const BIND = [choice('waiting', '待审核', 'bad'), choice('approved', '已通过', 'good'), choice('refused', '已拒绝'), choice('ended', '已解除')]
const ledger = (name, title, noun, measure, more) => ({
  name, title, noun, measure, group: '扫码上岗', system: 'Q00', empty: `还没有${noun}。点“新增”登记第一${measure}，或者导入 Excel。`,
  rights: RIGHTS, search: '名称、编号', sort: '-id', sorts: [], actions: [], filters: [], attachments: true, history: true, live: true, importable: false, exportable: true, ...more,
})

export const LEDGERS = [
  ledger('clock-ins', '上岗日志', '上岗记录', '条', {
    empty: '还没有人上岗。工人用手机扫设备上的码，记录就会出现在这里。', rights: { ...RIGHTS, create: false, edit: false, delete: false, import: false }, search: '姓名、设备、证书编号', sort: '-scanned_at', sorts: ['scanned_at'], attachments: false, history: false,
    fields: [reference('person', '姓名', 'persons'), reference('equipment', '设备', 'equipment'), field('code', '作业项目', 'choice', { choices: CODES }), field('scanned_at', '扫码时间', 'moment'), field('received_at', '收到时间', 'moment'), field('late', '补传', 'flag'), reference('company', '单位', 'companies'), field('certificate_no', '证书编号', 'text'), field('certificate_until', '证书有效期至', 'date'), field('place', '位置', 'place'), field('evidence', '当时的证据', 'facts')],
    columns: [col('person', 110, { fixed: true }), col('equipment', 190), col('code', 150), col('scanned_at', 150, { sortable: true }), col('late', 70), col('company', 220), col('certificate_no', 190), col('certificate_until', 130), col('place', 240, { shown: false })],
    filters: [{ field: 'scanned_at', kind: 'moment_range' }, { field: 'company', kind: 'reference' }, { field: 'person', kind: 'reference' }, { field: 'equipment', kind: 'reference' }, { field: 'code', kind: 'choice' }, { field: 'late', kind: 'flag' }], form: [],
  }),
  ledger('persons', '人员', '人员', '人', {
    importable: true, search: '姓名、电话、身份证号', sorts: ['name', 'created_at'],
    fields: [field('name', '姓名', 'text', { ...must, max: 40 }), field('personal_id', '身份证号', 'personal_id', { ...must, masked: true, pattern: '\\d{17}[\\dXx]', help: '18 位，末位可以是 X。' }), field('phone', '联系电话', 'phone', { ...must, masked: true, pattern: '1[3-9]\\d{9}', help: '11 位手机号。' }), reference('company', '单位', 'companies', must), field('role', '角色', 'choice', { choices: [choice('operator', '作业人员'), choice('safety_officer', '安全管理员')], required: true, default: 'operator' }), field('may_approve', '允许审核', 'flag', { help: '只对安全管理员有用。' }), field('codes', '作业项目', 'choices', { choices: CODES }), field('certificates', '证书数', 'integer', { readonly: true, unit: '本' }), field('certificate_state', '证书', 'choice', { choices: CERT, readonly: true }), field('birthday', '出生日期', 'date'), field('note', '备注', 'longtext', { max: 200 }), field('created_at', '登记时间', 'moment', { readonly: true })],
    columns: [col('name', 110, { fixed: true, sortable: true }), col('personal_id', 190), col('phone', 130), col('company', 220), col('role', 120), col('may_approve', 90), col('certificate_state', 110), col('certificates', 90), col('created_at', 150, { sortable: true }), col('note', 200, { shown: false })],
    filters: [{ field: 'role', kind: 'choice' }, { field: 'company', kind: 'reference' }, { field: 'certificate_state', kind: 'choice' }, { field: 'created_at', kind: 'moment_range' }],
    form: [{ title: '基本信息', fields: ['name', 'personal_id', 'phone', 'birthday'] }, { title: '岗位', fields: ['company', 'role', 'may_approve', 'codes', 'note'] }],
    actions: [action('match', '匹配资质', { where: 'bulk', tone: 'primary' })],
  }),
  ledger('certificates', '证照', '证书', '本', {
    importable: true, search: '证书编号、姓名', sorts: ['valid_until'],
    fields: [field('number', '证书编号', 'text', { ...must, max: 40 }), reference('person', '持证人', 'persons', must), field('code', '作业项目', 'choice', { ...must, choices: CODES }), field('issued_by', '发证机关', 'text', { max: 60 }), field('valid_until', '有效期至', 'date', must), field('state', '状态', 'choice', { choices: CERT, readonly: true })],
    columns: [col('number', 200, { fixed: true }), col('person', 110), col('code', 150), col('issued_by', 220), col('valid_until', 130, { sortable: true }), col('state', 110)],
    filters: [{ field: 'state', kind: 'choice' }, { field: 'code', kind: 'choice' }, { field: 'valid_until', kind: 'date_range' }],
    form: [{ title: '证书', fields: ['number', 'person', 'code', 'issued_by', 'valid_until'] }],
  }),
  ledger('equipment', '设备', '设备', '台', {
    importable: true, search: '名称、编号、位置', sorts: ['name', 'next_check'],
    fields: [field('name', '设备名称', 'text', { ...must, max: 60 }), field('code', '设备代码', 'text', { max: 20, create_only: true, help: '20 位以内，登记后不能改。' }), field('register_no', '使用登记证编号', 'text', { max: 30 }), field('type', '类型', 'choice', { ...must, choices: TYPES }), field('codes', '要求的作业项目', 'choices', { choices: CODES }), reference('company', '单位', 'companies', must), field('location', '位置', 'text', { max: 60 }), field('state', '状态', 'choice', { ...must, default: 'in_use', choices: [choice('in_use', '在用', 'good'), choice('stopped', '停用', 'warn'), choice('scrapped', '报废')] }), field('capacity', '额定载荷', 'number', { unit: '吨', min: 0, max: 500 }), field('next_check', '下次检验', 'date'), field('place', '坐标', 'place'), field('label', '标签码', 'text', { readonly: true })],
    columns: [col('name', 170, { fixed: true, sortable: true }), col('code', 190), col('register_no', 180), col('type', 110), col('company', 220), col('location', 150), col('state', 90), col('capacity', 100), col('next_check', 120, { sortable: true }), col('label', 130)],
    filters: [{ field: 'state', kind: 'choice' }, { field: 'type', kind: 'choice' }, { field: 'company', kind: 'reference' }, { field: 'location', kind: 'text' }, { field: 'next_check', kind: 'date_range' }],
    form: [{ title: '基本信息', fields: ['name', 'code', 'register_no', 'type', 'codes', 'state'] }, { title: '放在哪里', fields: ['company', 'location', 'place'] }, { title: '参数', fields: ['capacity', 'next_check'] }],
    actions: [action('labels', '打印标签', { where: 'bulk', gives: 'file', fields: [field('format', '格式', 'choice', { ...must, default: 'pdf', choices: [choice('pdf', 'PDF'), choice('png', 'PNG')] }), field('paper', '标签纸', 'choice', { ...must, default: '3x8', choices: [choice('3x8', 'A4 每页 24 张'), choice('2x5', 'A4 每页 10 张')] }), field('start', '从第几张开始', 'integer', { default: 1, min: 1, max: 24 })] }), action('stop', '停用', { tone: 'danger', when: { state: ['in_use'] }, fields: [field('reason', '停用原因', 'longtext', { ...must, max: 100 })] })],
  }),
  ledger('bindings', '绑定审核', '绑定申请', '条', {
    empty: '还没有绑定申请。工人在手机上申请加入单位后，会出现在这里。', rights: { ...RIGHTS, create: false, import: false }, search: '姓名、电话', sort: '-applied_at', sorts: ['applied_at'], attachments: false,
    fields: [reference('person', '姓名', 'persons'), field('phone', '电话', 'phone', { masked: true }), reference('company', '申请单位', 'companies'), field('state', '状态', 'choice', { choices: BIND }), field('applied_at', '申请时间', 'moment'), field('note', '说明', 'longtext', { max: 200 }), field('decided_by', '审核人', 'text'), field('reason', '拒绝原因', 'text')],
    columns: [col('person', 110, { fixed: true }), col('phone', 130), col('company', 220), col('state', 110), col('applied_at', 150, { sortable: true }), col('note', 240), col('decided_by', 110)],
    filters: [{ field: 'state', kind: 'choice' }, { field: 'company', kind: 'reference' }, { field: 'applied_at', kind: 'moment_range' }], form: [{ title: '申请', fields: ['note'] }],
    actions: [action('approve', '同意', { where: 'bulk', tone: 'primary', when: { state: ['waiting'] } }), action('refuse', '拒绝', { where: 'bulk', tone: 'danger', when: { state: ['waiting'] }, fields: [field('reason', '拒绝原因', 'longtext', { ...must, max: 100, help: '会发给申请人。' })] })],
  }),
  ledger('companies', '公司', '公司', '家', {
    group: '系统管理', fields: [field('name', '名称', 'text', { ...must, max: 80 }), field('credit_code', '统一社会信用代码', 'text', { ...must, pattern: '[0-9A-Z]{18}', help: '18 位。' }), field('level', '级别', 'choice', { choices: [choice('group', '集团'), choice('company', '公司'), choice('site', '厂站')] }), reference('parent', '上级', 'companies'), field('people', '人数', 'integer', { unit: '人', readonly: true })],
    columns: [col('name', 260, { fixed: true }), col('credit_code', 200), col('level', 90), col('parent', 240), col('people', 90)], filters: [{ field: 'level', kind: 'choice' }], form: [{ title: '公司', fields: ['name', 'credit_code', 'level', 'parent'] }],
  }),
  ledger('users', '用户', '用户', '个', {
    group: '系统管理', search: '姓名、登录名', fields: [field('name', '姓名', 'text', must), field('login', '登录名', 'text', { ...must, create_only: true }), { ...reference('roles', '角色', 'roles'), kind: 'references' }, reference('company', '单位', 'companies'), field('state', '状态', 'choice', { choices: [choice('active', '正常', 'good'), choice('locked', '已锁定', 'bad')], readonly: true }), field('last_seen', '上次登录', 'moment', { readonly: true }), field('password', '密码', 'secret', { min: 8 })],
    columns: [col('name', 120, { fixed: true }), col('login', 150), col('roles', 180), col('company', 220), col('state', 110), col('last_seen', 150)], filters: [{ field: 'state', kind: 'choice' }], form: [{ title: '用户', fields: ['name', 'login', 'password', 'company', 'roles'] }],
    actions: [action('reset_password', '重置密码', { gives: 'message', once: true, confirm: '旧密码马上失效，本人要用新密码登录。' }), action('lock', '停用', { tone: 'danger', when: { state: ['active'] }, confirm: '停用后，本人马上退出登录。' })],
  }),
  ledger('roles', '角色', '角色', '个', {
    group: '系统管理', search: null, attachments: false, live: false, fields: [field('name', '名称', 'text', { ...must, max: 20 }), field('note', '说明', 'longtext'), field('grants', '权限', 'grants'), field('people', '人数', 'integer', { readonly: true, unit: '人' })],
    columns: [col('name', 160, { fixed: true }), col('note', 320), col('grants', 120), col('people', 90)], filters: [], form: [{ title: '角色', fields: ['name', 'note'] }, { title: '权限', fields: ['grants'] }],
  }),
]

export const RIGHT_LIST = {
  items: LEDGERS.flatMap((one) => [['read', '查看'], ['create', '新增'], ['edit', '修改'], ['delete', '删除'], ['export', '导出']].map(([verb, title]) => ({ name: `${one.name}.${verb}`, title: `${title}${one.noun}`, group: one.title }))),
  scopes: [['self', '本人'], ['department', '本部门'], ['site', '本厂站'], ['company', '本公司'], ['group', '全集团']].map(([value, title]) => ({ value, title })),
}
