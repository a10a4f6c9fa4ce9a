/** What the requests of the wire are about, in a few words. */
import type { WireLine } from './shapes'

const NAMES: [string, string][] = [
  ['/cgi-bin/gettoken', '取令牌'],
  ['/cgi-bin/message/send', '发消息'],
  ['/cgi-bin/message/update_template_card', '更新卡片'],
  ['/cgi-bin/message/recall', '撤回消息'],
  ['/cgi-bin/webhook/upload_media', '群文件'],
  ['/cgi-bin/webhook/', '群机器人'],
  ['/cgi-bin/appchat/', '应用群聊'],
  ['/cgi-bin/media/get', '取照片'],
  ['/cgi-bin/media/', '上传文件'],
  ['/cgi-bin/menu/', '菜单'],
  ['/cgi-bin/auth/', '问是谁'],
  ['/cgi-bin/user/', '查通讯录'],
  ['/cgi-bin/department/', '查通讯录'],
  ['/cgi-bin/agent/', '查应用'],
  ['ticket', '扫码签名'],
  ['/sms/', '短信'],
]

export const nameOf = (line: WireLine) =>
  line.way === 'out' ? '通知安班' : (NAMES.find(([path]) => line.path.includes(path))?.[1] ?? '其他')

/** Whether something went wrong with it. */
export const isBad = (line: WireLine) =>
  line.status >= 400 || line.status === 0 || (line.errcode ?? 0) !== 0 || line.faults.length > 0

export const FILTERS: [string, string][] = [
  ['', '全部'],
  ['/message/', '消息和卡片'],
  ['/webhook/', '群'],
  ['/bots/', '通知安班'],
  ['/sms/', '短信'],
  ['gettoken', '令牌'],
]
