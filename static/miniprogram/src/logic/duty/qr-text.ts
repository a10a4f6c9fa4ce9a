/** What a QR code says: its bytes as the text that was meant. */

/** A part of a code as the reader gives it. */
export interface Part {
  type: string
  text?: string
  bytes?: number[]
  assignmentNumber?: number
}

/**
 * Encodings by their ECI number (AIM ITS/04-023). Latin-1 (3) is what programs say that know no other, so it says
 * nothing.
 */
const BY_NUMBER: Record<number, string> = { 20: 'shift_jis', 26: 'utf-8', 28: 'big5', 29: 'gb18030', 32: 'gb18030' }

/**
 * The text. Labels of older programs are in GBK and say so nowhere: what is no UTF-8 is read as GB18030, which has
 * all of it.
 * A sign may be cut by the border of two parts, so bytes beside each other are read together.
 */
export function textOf(parts: Part[]): string {
  let text = ''
  let bytes: number[] = []
  let said: string | undefined
  const flush = () => {
    text += bytes.length ? decoded(new Uint8Array(bytes), said) : ''
    bytes = []
  }
  for (const part of parts) {
    if (part.type === 'byte') bytes.push(...(part.bytes ?? []))
    else {
      flush()
      if (part.type === 'eci') said = BY_NUMBER[part.assignmentNumber ?? -1]
      else text += part.text ?? ''
    }
  }
  flush()
  return text
}

function decoded(bytes: Uint8Array, said: string | undefined): string {
  for (const name of [said, 'utf-8', 'gb18030'].flatMap((one) => one ?? [])) {
    try {
      return new TextDecoder(name, { fatal: true }).decode(bytes)
    } catch {
      // The next one.
    }
  }
  return new TextDecoder('latin1').decode(bytes)
}

/** Whether a phone's own reader has taken the bytes for another encoding: signs that no label has. */
export const isGarbled = (text: string): boolean => /[\ufffd\u0080-\u00a0]|[\u00a1-\u00ff]{2}/.test(text)

/** Whether this leads to somebody else's page: beside it in the picture there may be a label of ours. */
export const isForeign = (text: string, origin: string): boolean =>
  /^https?:\/\//i.test(text) && !(origin && text.startsWith(origin))
