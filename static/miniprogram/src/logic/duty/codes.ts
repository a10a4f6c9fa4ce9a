/**
 * What a person types instead of scanning, and what our own label carries.
 *
 * The label's code is ten characters of Crockford base32, printed `XXXXX-XXXXX`. I and L are read as 1, O as 0, as
 * Crockford lays down, because a label in a yard is read through dirt.
 */

const ALPHABET = /^[0-9A-HJKMNP-TV-Z]{10}$/

export type Typed =
  | { kind: 'empty' }
  /** Our label: `code` is its ten characters. */
  | { kind: 'label'; code: string }
  /** 设备代码, 使用登记证编号 or another number; the server knows. */
  | { kind: 'number'; text: string }

/** The ten characters of our label in `text`, or null. */
export function labelCode(text: string): string | null {
  const bare = plain(text)
    .toUpperCase()
    .replace(/[\s\-_.·—–]/g, '')
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0')
  return ALPHABET.test(bare) ? bare : null
}

/** What was typed, full-width characters and stray spaces forgiven. */
export function readTyped(text: string): Typed {
  const trimmed = plain(text).trim()
  if (!trimmed) return { kind: 'empty' }
  const inLink = codeInLink(trimmed)
  if (inLink) return { kind: 'label', code: inLink }
  const code = labelCode(trimmed)
  return code ? { kind: 'label', code } : { kind: 'number', text: trimmed }
}

/** The code in a link of ours, `…/e/CODE`, or null. */
export function codeInLink(text: string): string | null {
  const found = /^https?:\/\/[^/\s]+\/e\/([^/?#\s]+)/i.exec(text)
  return found ? labelCode(found[1]) : null
}

/** The code as printed: `ABCDE-12345`. Other text comes back unchanged. */
export function printed(code: string): string {
  return code.length === 10 ? `${code.slice(0, 5)}-${code.slice(5)}` : code
}

/** What our own label says, to be sent as `qr`. `origin` without slash at the end. */
export function labelLink(origin: string, code: string): string {
  return `${origin}/e/${code}`
}

/** A scanned text in words short enough for a list: our code as printed, a long text cut. */
export function shortQr(qr: string): string {
  const code = codeInLink(qr)
  if (code) return printed(code)
  return qr.length > 28 ? `${qr.slice(0, 27)}…` : qr
}

function plain(text: string): string {
  return typeof text.normalize === 'function' ? text.normalize('NFKC') : text
}
