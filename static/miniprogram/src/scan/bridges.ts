/**
 * The scanners of the apps we run in, each called the way it wants to be called.
 *
 * Pure but for the bridge objects, which are handed in.
 */

import type { Container } from './container'

export type Scanned =
  | { kind: 'text'; text: string }
  /** The person closed the scanner. */
  | { kind: 'cancelled' }
  /** There is no such scanner here, or it failed; another way must be offered. */
  | { kind: 'unavailable'; why: string }

type Callbacks = Record<string, unknown>
type Call = (options: Callbacks) => unknown

export interface Bridges {
  uni?: { scanCode?: Call }
  ZWJSBridge?: { onReady?: (ready: () => void) => void; scan?: Call }
  wx?: { scanQRCode?: Call }
  ww?: { scanQRCode?: Call }
  dd?: { scan?: Call; biz?: { util?: { scan?: Call } } }
  h5sdk?: { ready?: (ready: () => void) => void }
  tt?: { scanCode?: Call }
}

const READY_WITHIN = 3_000
const QR = ['qrCode']

/** True when the container brings a scanner that can be called now. */
export function hasScanner(container: Container, bridges: Bridges): boolean {
  return scannerOf(container, bridges) !== null
}

/** Open the container's scanner. Never throws. */
export async function scanWith(container: Container, bridges: Bridges): Promise<Scanned> {
  const scanner = scannerOf(container, bridges)
  if (!scanner) return { kind: 'unavailable', why: '' }
  try {
    const text = textOf(await scanner())
    return text ? { kind: 'text', text } : { kind: 'unavailable', why: '没有读到内容' }
  } catch (failure) {
    const why = messageOf(failure)
    return /cancel|取消/i.test(why) ? { kind: 'cancelled' } : { kind: 'unavailable', why }
  }
}

function scannerOf(container: Container, bridges: Bridges): (() => Promise<unknown>) | null {
  const { uni, ZWJSBridge, wx, ww, dd, h5sdk, tt } = bridges
  switch (container) {
    case 'mp-weixin':
      return uni?.scanCode ? () => byCallback(uni.scanCode!, { scanType: QR }) : null
    case 'zlb':
      return ZWJSBridge?.scan
        ? async () => {
            await ready(ZWJSBridge.onReady)
            return ZWJSBridge.scan!({ type: 'qrCode' })
          }
        : null
    case 'wecom':
      // needResult is false by default: WeCom would then open the link itself and give nothing back.
      if (ww?.scanQRCode) return () => byCallback(ww.scanQRCode!, { needResult: true, scanType: QR })
      return wx?.scanQRCode ? () => byCallback(wx.scanQRCode!, { needResult: 1, scanType: QR }) : null
    case 'wechat':
      return wx?.scanQRCode ? () => byCallback(wx.scanQRCode!, { needResult: 1, scanType: QR }) : null
    case 'dingtalk': {
      const old = dd?.biz?.util?.scan
      if (old) return () => byCallback(old, { type: 'qrCode' }, 'onSuccess', 'onFail')
      return dd?.scan ? () => byCallback(dd.scan!, { type: 'qr' }) : null
    }
    case 'feishu':
      return tt?.scanCode
        ? async () => {
            await ready(h5sdk?.ready)
            return byCallback(tt.scanCode!, { scanType: QR })
          }
        : null
    default:
      return null
  }
}

/** Call a function that answers by callback, by promise, or by both. */
function byCallback(call: Call, options: Callbacks, onSuccess = 'success', onFail = 'fail'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const cancelled = () => reject(new Error('cancel'))
    const returned = call({ ...options, [onSuccess]: resolve, [onFail]: reject, cancel: cancelled })
    if (returned instanceof Promise) returned.then((got) => got !== undefined && resolve(got), reject)
  })
}

function ready(wait: ((ready: () => void) => void) | undefined): Promise<void> {
  if (!wait) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('扫码功能没有准备好')), READY_WITHIN)
    wait(() => {
      clearTimeout(late)
      resolve()
    })
  })
}

/** Each container names the text its own way. */
function textOf(got: unknown): string {
  if (typeof got === 'string') return got
  const answer = (got ?? {}) as Record<string, unknown>
  for (const name of ['result', 'resultStr', 'text', 'code', 'qrCode']) {
    const value = answer[name]
    if (typeof value === 'string' && value) return value
  }
  return ''
}

function messageOf(failure: unknown): string {
  if (typeof failure === 'string') return failure
  const said = (failure ?? {}) as Record<string, unknown>
  return String(said.errMsg ?? said.errorMessage ?? said.errorMsg ?? said.message ?? '')
}
