/** The phone's camera in a web page: opens, reads, lights, and lets go (H5). */

import { isGarbled } from '../logic/duty/qr-text'
import { decode, warm } from './decoder'

export type CameraTrouble = 'insecure' | 'denied' | 'missing' | 'busy'

/** Why there is no picture, and what helps: 为什么 · 怎么办. */
export const TROUBLES: Record<CameraTrouble, { cause: string; advice: string }> = {
  insecure: { cause: '这个网址不是 https 开头，浏览器不让用相机', advice: '从相册选一张二维码照片，或者输入编号' },
  denied: { cause: '没有允许使用相机', advice: '在浏览器设置里允许相机，或者从相册选、输入编号' },
  missing: { cause: '这台设备没有找到相机', advice: '从相册选一张二维码照片，或者输入编号' },
  busy: { cause: '别的应用正在用相机', advice: '关掉别的应用再试，或者从相册选、输入编号' },
}

export class NoCamera extends Error {
  constructor(readonly trouble: CameraTrouble) {
    super(trouble)
  }
}

export interface Camera {
  /** True when the lamp can be switched. */
  hasTorch: boolean
  torch(on: boolean): Promise<void>
  /** Let go of the camera. May be called twice. */
  stop(): void
}

const CONSTRAINTS: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
}

/** Show the camera in `stage` and call `found` once with the first text read. Throws NoCamera. */
export async function openCamera(stage: HTMLElement, found: (text: string) => void): Promise<Camera> {
  if (!navigator.mediaDevices?.getUserMedia) throw new NoCamera(window.isSecureContext ? 'missing' : 'insecure')
  warm()
  const stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS).catch((error: Error) => {
    throw new NoCamera(troubleOf(error.name))
  })
  const video = picture(stream)
  stage.replaceChildren(video)
  const reading = { on: true }
  const stop = () => {
    reading.on = false
    stream.getTracks().forEach((track) => track.stop())
    video.srcObject = null
    video.remove()
  }
  video.play().catch(() => undefined)
  void read(video, reading).then((text) => text && found(text))
  const track = stream.getVideoTracks()[0]
  return { hasTorch: canLight(track), torch: (on) => light(track, on), stop }
}

function picture(stream: MediaStream): HTMLVideoElement {
  const video = document.createElement('video')
  video.muted = true
  video.setAttribute('playsinline', '')
  video.setAttribute('webkit-playsinline', '')
  video.className = 'camera'
  video.srcObject = stream
  return video
}

/**
 * Look at frames until one can be read or `reading` is switched off. Every second one is tried light on dark too (a
 * label that is engraved, or on a dark plate), so that each of the looks is within six frames.
 */
async function read(video: HTMLVideoElement, reading: { on: boolean }): Promise<string> {
  for (let frame = 0; reading.on; frame++) {
    const { videoWidth: width, videoHeight: height } = video
    if (width && height) {
      const box = look(width, height, frame)
      const text = await native(video).then((got) => got || decode(video, box, 480, frame % 2 === 1))
      if (text && reading.on) return text
    }
    await new Promise((again) => setTimeout(again, 60))
  }
  return ''
}

/** Two looks at the middle, where people hold the code, then one at the whole picture. */
function look(width: number, height: number, frame: number) {
  if (frame % 3 === 2) return { x: 0, y: 0, width, height }
  const side = Math.round(Math.min(width, height) * (frame % 3 ? 0.6 : 0.9))
  return { x: (width - side) / 2, y: (height - side) / 2, width: side, height: side }
}

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}

let detector: Detector | null | undefined

/** What the phone's own reader sees; it is fast where there is one, and gone for good when it fails once. */
async function native(video: HTMLVideoElement): Promise<string> {
  try {
    if (detector === undefined) detector = await ownDetector()
    const text = detector ? ((await detector.detect(video))[0]?.rawValue ?? '') : ''
    return isGarbled(text) ? '' : text
  } catch {
    detector = null
    return ''
  }
}

async function ownDetector(): Promise<Detector | null> {
  const made = (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector
  if (!made) return null
  return (await made.getSupportedFormats()).includes('qr_code') ? new made({ formats: ['qr_code'] }) : null
}

interface DetectorClass {
  new (options: { formats: string[] }): Detector
  getSupportedFormats(): Promise<string[]>
}

type Lit = MediaTrackCapabilities & { torch?: boolean }

function canLight(track: MediaStreamTrack): boolean {
  return Boolean((track.getCapabilities?.() as Lit | undefined)?.torch)
}

async function light(track: MediaStreamTrack, on: boolean): Promise<void> {
  await track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] })
}

function troubleOf(name: string): CameraTrouble {
  if (name === 'NotAllowedError' || name === 'SecurityError') return window.isSecureContext ? 'denied' : 'insecure'
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy'
  return 'missing'
}
