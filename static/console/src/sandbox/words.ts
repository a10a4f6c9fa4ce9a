/** How moments and texts read in the sandbox. */

let zone = 'Asia/Shanghai'
/** The phones are where Anban is, wherever the browser is. */
export const keepTo = (name: string) => (zone = name)

/** 2026-11-25 13:05:09, on the phones' own clock. */
export const sayFull = (at: number) => new Date(at * 1000).toLocaleString('sv-SE', { timeZone: zone })

/** 13:05, 昨天 13:05, or 11-22 13:05, seen from `now` (both in seconds). */
export function sayTime(at: number, now: number): string {
  if (!at) return ''
  const [day = '', time = ''] = sayFull(at).split(' ')
  const clock = time.slice(0, 5)
  const today = sayFull(now).slice(0, 10)
  const days = Math.round((Date.parse(today) - Date.parse(day)) / 86_400_000)
  if (days === 0) return clock
  if (days === 1) return `昨天 ${clock}`
  return `${day.slice(0, 4) === today.slice(0, 4) ? day.slice(5) : day} ${clock}`
}

export interface Piece {
  text: string
  kind: 'plain' | 'bold' | 'quote' | 'link' | 'info' | 'warning' | 'comment'
  url?: string
}

const MARK =
  /\*\*(.+?)\*\*|\[([^\]]+)\]\((https?:[^)\s]+)\)|<font color="(info|warning|comment)">(.*?)<\/font>|<a href="(https?:[^"]+)">(.*?)<\/a>/gs

/**
 * The little markdown (and the links of texts) that WeCom knows, as pieces that are put in as text: nothing can run.
 * Headings and quotes are markdown's alone: a person may well begin a line with # or >.
 */
export function pieces(text: string, markdown = false): Piece[] {
  if (!markdown) return within(text)
  return text.split(/(?<=\n)/).flatMap((line): Piece[] => {
    const head = /^#{1,6} +(.*\n?)$/s.exec(line)
    const quote = /^> ?(.*\n?)$/s.exec(line)
    if (head) return [{ text: head[1]!, kind: 'bold' }]
    return quote
      ? within(quote[1]!).map((piece) => (piece.kind === 'plain' ? { ...piece, kind: 'quote' } : piece))
      : within(line)
  })
}

function within(text: string): Piece[] {
  const found: Piece[] = []
  let at = 0
  for (const match of text.matchAll(MARK)) {
    if (match.index > at) found.push({ text: text.slice(at, match.index), kind: 'plain' })
    const [whole, bold, label, url, colour, coloured, href, linked] = match
    if (bold) found.push({ text: bold, kind: 'bold' })
    else if (label) found.push({ text: label, kind: 'link', url })
    else if (colour) found.push({ text: coloured ?? '', kind: colour as Piece['kind'] })
    else found.push({ text: linked ?? '', kind: 'link', url: href })
    at = match.index + whole.length
  }
  if (at < text.length) found.push({ text: text.slice(at), kind: 'plain' })
  return found
}
