import { describe, expect, it, vi } from 'vitest'
import { hasScanner, scanWith, type Bridges } from '../src/scan/bridges'
import { containerOf } from '../src/scan/container'
import { prepareWecom, type Signed } from '../src/scan/wecom'

const UA = 'Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/90 Mobile '

describe('the container', () => {
  it.each([
    [`${UA}dtdreamweb/7.0`, false, 'zlb'],
    [`${UA}MicroMessenger/8.0 miniProgram/wx1`, true, 'zlb'],
    [`${UA}MicroMessenger/8.0 miniProgram/wx1`, false, 'wechat'],
    [`${UA}wxwork/4.1 MicroMessenger/7.0`, false, 'wecom'],
    [`${UA}MicroMessenger/8.0`, false, 'wechat'],
    [`${UA}DingTalk/7.0`, false, 'dingtalk'],
    [`${UA}Lark/7.1`, false, 'feishu'],
    [UA, false, 'browser'],
  ])('%s (bridge %s) is %s', (ua, bridge, container) => {
    expect(containerOf(ua, bridge)).toBe(container)
  })
})

/** A function that answers through the named callback. */
const calls = (name: string, got: unknown) =>
  vi.fn((options: Record<string, unknown>) => (options[name] as (x: unknown) => void)(got))

describe('each scanner is called its own way', () => {
  it('WeChat mini-program', async () => {
    const scanCode = calls('success', { result: 'T', scanType: 'QR_CODE' })
    expect(await scanWith('mp-weixin', { uni: { scanCode } })).toEqual({ kind: 'text', text: 'T' })
    expect(scanCode.mock.calls[0][0]).toMatchObject({ scanType: ['qrCode'] })
  })

  it('WeCom asks for the result itself, as a boolean', async () => {
    const scanQRCode = calls('success', { resultStr: 'T' })
    expect(await scanWith('wecom', { ww: { scanQRCode } })).toEqual({ kind: 'text', text: 'T' })
    expect(scanQRCode.mock.calls[0][0]).toMatchObject({ needResult: true, scanType: ['qrCode'] })
  })

  it('WeChat H5 asks with 1', async () => {
    const scanQRCode = calls('success', { resultStr: 'T' })
    expect(await scanWith('wechat', { wx: { scanQRCode } })).toEqual({ kind: 'text', text: 'T' })
    expect(scanQRCode.mock.calls[0][0]).toMatchObject({ needResult: 1 })
  })

  it('DingTalk, old and new', async () => {
    const scan = calls('onSuccess', { text: 'T' })
    expect(await scanWith('dingtalk', { dd: { biz: { util: { scan } } } })).toEqual({ kind: 'text', text: 'T' })
    expect(scan.mock.calls[0][0]).toMatchObject({ type: 'qrCode' })
    const unified = calls('success', { code: 'T' })
    expect(await scanWith('dingtalk', { dd: { scan: unified } })).toEqual({ kind: 'text', text: 'T' })
    expect(unified.mock.calls[0][0]).toMatchObject({ type: 'qr' })
  })

  it('Feishu waits until its kit is ready', async () => {
    const order: string[] = []
    const bridges: Bridges = {
      h5sdk: { ready: (go) => setTimeout(() => (order.push('ready'), go()), 5) },
      tt: { scanCode: (options) => (order.push('scan'), (options.success as (x: unknown) => void)({ result: 'T' })) },
    }
    expect(await scanWith('feishu', bridges)).toEqual({ kind: 'text', text: 'T' })
    expect(order).toEqual(['ready', 'scan'])
  })

  it('浙里办 answers by promise', async () => {
    const scan = vi.fn(async () => ({ text: 'T' }))
    expect(await scanWith('zlb', { ZWJSBridge: { onReady: (go) => go(), scan } })).toEqual({ kind: 'text', text: 'T' })
    expect(scan).toHaveBeenCalledWith({ type: 'qrCode' })
  })
})

describe('when there is nothing', () => {
  it.each([
    [{ errMsg: 'scanCode:fail cancel' }, 'cancelled'],
    [{ errorMessage: '用户取消' }, 'cancelled'],
    [{ errMsg: 'scanCode:fail auth deny' }, 'unavailable'],
  ])('%o is %s', async (failure, kind) => {
    expect((await scanWith('mp-weixin', { uni: { scanCode: calls('fail', failure) } })).kind).toBe(kind)
  })

  it('WeChat’s own cancel callback counts', async () => {
    expect(await scanWith('wechat', { wx: { scanQRCode: calls('cancel', undefined) } })).toEqual({ kind: 'cancelled' })
  })

  it('gives up on a kit that never becomes ready', async () => {
    vi.useFakeTimers()
    const got = scanWith('zlb', { ZWJSBridge: { onReady: () => undefined, scan: async () => ({ text: 'T' }) } })
    await vi.advanceTimersByTimeAsync(3100)
    expect((await got).kind).toBe('unavailable')
    vi.useRealTimers()
  })

  it('a browser, or a container without its kit, has no scanner of its own', () => {
    expect(hasScanner('browser', { wx: { scanQRCode: () => undefined } })).toBe(false)
    expect(hasScanner('wechat', {})).toBe(false)
    expect(hasScanner('wecom', { wx: { scanQRCode: () => undefined } })).toBe(true)
  })
})

describe('WeCom is asked to scan only by a page that our server has signed', () => {
  const signed: Signed = { appId: 'ww1', timestamp: 1, nonceStr: 'n', signature: 's' }
  const place = (more: object = {}) => {
    const register = vi.fn((options: { onConfigSuccess: () => void }) => options.onConfigSuccess())
    const sign = vi.fn(async (_: string, url: string) => ({ ...signed, signature: url }))
    return { register, sign, place: { app: '7', url: 'https://a/m/', sign, load: async () => ({ register }), ...more } }
  }

  it('registers with the signature of this page', async () => {
    const { register, sign, place: here } = place()
    expect(await prepareWecom(here)).toBe(true)
    expect(sign).toHaveBeenCalledWith('7', 'https://a/m/')
    const options = register.mock.calls[0][0] as unknown as { getConfigSignature: (url: string) => Promise<Signed> }
    expect(options).toMatchObject({ corpId: 'ww1', jsApiList: ['scanQRCode'] })
    expect((await options.getConfigSignature('https://a/m/')).signature).toBe('https://a/m/')
    expect(sign).toHaveBeenCalledTimes(1)
    expect((await options.getConfigSignature('https://a/m/?b')).signature).toBe('https://a/m/?b')
  })

  it.each([
    ['the client was not opened through the app', { app: '' }],
    ['the server signs nothing', { sign: async () => Promise.reject(new Error('503')) }],
    ['the SDK does not come', { load: async () => Promise.reject(new Error('offline')) }],
  ])('%s: there is no scanner, and the camera is used', async (_, more) => {
    const { register, place: here } = place(more)
    expect(await prepareWecom(here)).toBe(false)
    expect(register).not.toHaveBeenCalled()
  })

  it('WeCom refuses the signature: the camera is used', async () => {
    const load = async () => ({ register: (options: { onConfigFail: () => void }) => options.onConfigFail() })
    expect(await prepareWecom(place({ load }).place)).toBe(false)
  })

  it('waits a few seconds and no longer', async () => {
    vi.useFakeTimers()
    const got = prepareWecom(place({ load: () => new Promise(() => undefined) }).place)
    await vi.advanceTimersByTimeAsync(4100)
    expect(await got).toBe(false)
    vi.useRealTimers()
  })
})
