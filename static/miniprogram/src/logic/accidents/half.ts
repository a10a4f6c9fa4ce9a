/**
 * Whether a picture is whole. A browser draws half a JPEG without a word, grey where the rest is missing: made smaller
 * it would reach the server as a whole picture that shows nothing.
 */

const SOS = 0xda
const EOI = 0xd9

/** True when a JPEG (ITU-T T.81 annex B) or PNG (RFC 2083) ends before its end; false for all else. */
export function isHalf(bytes: Uint8Array): boolean {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return halfJpeg(bytes)
  return bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47 ? halfPng(bytes) : false
}

/** Segment by segment to the end of the image; what is behind it (a film, a second picture) is nobody's business. */
function halfJpeg(bytes: Uint8Array): boolean {
  let at = 2
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) return false // not as the standard has it: the server says what it is
    const marker = bytes[at + 1]!
    if (marker === EOI) return false
    if (marker === 0xff) {
      at += 1
      continue
    }
    at += 2 + (((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0))
    if (marker === SOS) at = behindScan(bytes, at)
  }
  return true
}

/** Where the next marker begins after the pixels of a scan: FF that is neither stuffed nor a restart. */
function behindScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1]
    if (next === undefined) break
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at
  }
  return bytes.length
}

function halfPng(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 8; at + 12 <= bytes.length; at += 12 + view.getUint32(at))
    if (view.getUint32(at + 4) === 0x49454e44) return false
  return true
}
