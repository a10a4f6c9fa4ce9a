/** QR codes out of pixels (H5). One worker serves the live camera and photos. */

import { isForeign } from '../logic/duty/qr-text'
// #ifdef H5
import QrWorker from './qr.worker?worker'
// #endif

type Source = HTMLVideoElement | ImageBitmap | HTMLImageElement

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

let worker: Worker | null = null
let last = 0
const waiting = new Map<number, (text: string) => void>()

/** Start the worker ahead of time, so that the scanner reads at once. */
export function warm(): void {
  // #ifdef H5
  if (worker || typeof Worker === 'undefined') return
  worker = new QrWorker()
  worker.onmessage = ({ data }: MessageEvent<{ id: number; text: string }>) => {
    waiting.get(data.id)?.(data.text)
    waiting.delete(data.id)
  }
  worker.onerror = () => {
    // Nobody may wait for a worker that is gone; the next frame starts a new one.
    worker?.terminate()
    worker = null
    waiting.forEach((answer) => answer(''))
    waiting.clear()
  }
  // #endif
}

/** The text of the QR code in `box` of `source`, drawn at most `side` pixels wide; empty when there is none. */
export function decode(source: Source, box: Box, side: number, thorough: boolean): Promise<string> {
  warm()
  const scale = Math.min(1, side / Math.max(box.width, box.height))
  const width = Math.max(1, Math.round(box.width * scale))
  const height = Math.max(1, Math.round(box.height * scale))
  const paper = sheet(width, height)
  if (!worker || !paper) return Promise.resolve('')
  paper.drawImage(source, box.x, box.y, box.width, box.height, 0, 0, width, height)
  const { data } = paper.getImageData(0, 0, width, height)
  const id = ++last
  return new Promise((answered) => {
    waiting.set(id, answered)
    worker?.postMessage({ id, pixels: data.buffer, width, height, thorough }, [data.buffer])
  })
}

/**
 * The text of the QR code in a photo, tried small and large; empty when there is none. `origin` is where our labels
 * lead: where the first one found leads elsewhere (an advertisement beside the label), the parts of the photo are
 * looked at
 * too.
 */
export async function decodePhoto(url: string, origin = ''): Promise<string> {
  const image = await loaded(url)
  const whole = { x: 0, y: 0, width: image.naturalWidth, height: image.naturalHeight }
  let foreign = ''
  for (const box of [whole, ...parts(whole)]) {
    if (box !== whole && !foreign) break
    for (const side of box === whole ? [800, 1600, 400] : [800]) {
      const text = await decode(image, box, side, true)
      if (text && !isForeign(text, origin)) return text
      foreign ||= text
    }
  }
  return foreign
}

/** Halves of a photo, standing and lying, and its quarters. */
function parts({ width, height }: Box): Box[] {
  const [w, h] = [width / 2, height / 2]
  return [
    ...[0, w].map((x) => ({ x, y: 0, width: w, height })),
    ...[0, h].map((y) => ({ x: 0, y, width, height: h })),
    ...[0, w].flatMap((x) => [0, h].map((y) => ({ x, y, width: w, height: h }))),
  ]
}

let canvas: HTMLCanvasElement | null = null

function sheet(width: number, height: number): CanvasRenderingContext2D | null {
  canvas = canvas ?? document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  return canvas.getContext('2d', { willReadFrequently: true })
}

function loaded(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image()
    image.onload = () => resolve(image)
    image.onerror = () => reject(new Error('unreadable picture'))
    image.src = url
  })
}
