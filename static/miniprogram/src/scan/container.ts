/** Which app we run in. */

export type Container = 'zlb' | 'mp-weixin' | 'wecom' | 'wechat' | 'dingtalk' | 'feishu' | 'browser'

/** The container of a web page, by user agent. `zlbBridge`: the bridge of 浙里办 is on the page. */
export function containerOf(userAgent: string, zlbBridge = false): Container {
  const ua = userAgent.toLowerCase()
  if (ua.includes('dtdreamweb')) return 'zlb'
  // 浙里办 also lives as a mini-program inside WeChat and Alipay: there only its bridge tells it apart.
  if (zlbBridge && ua.includes('miniprogram')) return 'zlb'
  // WeCom names MicroMessenger too, so it is asked for first.
  if (ua.includes('wxwork')) return 'wecom'
  if (ua.includes('micromessenger')) return 'wechat'
  if (ua.includes('dingtalk')) return 'dingtalk'
  if (ua.includes('lark') || ua.includes('feishu')) return 'feishu'
  return 'browser'
}
