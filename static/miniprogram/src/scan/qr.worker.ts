/** Reads QR codes off the main thread, so that the picture never stands still. */

import jsQR from 'jsqr'
import { textOf, type Part } from '../logic/duty/qr-text'

export interface Job {
  id: number
  pixels: ArrayBuffer
  width: number
  height: number
  /** Also try light on dark: twice the time, for photos. */
  thorough: boolean
}

const scope = self as unknown as {
  onmessage: (event: MessageEvent<Job>) => void
  postMessage: (answer: unknown) => void
}

scope.onmessage = ({ data }) => {
  const pixels = new Uint8ClampedArray(data.pixels)
  const inversionAttempts = data.thorough ? 'attemptBoth' : 'dontInvert'
  const found = jsQR(pixels, data.width, data.height, { inversionAttempts })
  scope.postMessage({ id: data.id, text: found ? textOf(found.chunks as Part[]) : '' })
}
