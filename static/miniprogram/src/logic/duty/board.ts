/** The order of a board on a phone: what needs somebody now comes first and open, the rest is a line each. */

import type { Tile } from '../../services/doors/board'

/** How much a tile asks for somebody now: 2 for what is wrong, 1 for what soon will be, 0 for what only tells. */
export function urgency({ kind, numbers, bars }: Tile): number {
  const has = (tone: string) => numbers.some((one) => one.tone === tone && (one.value ?? 0) > 0)
  // In a chart what is late is part of a day that is over.
  if (has('bad') || (kind === 'split' && bars.some(({ late }) => late > 0))) return 2
  return has('warn') ? 1 : 0
}

/** `now`: the pressing ones, the worst first; `rest`: folded, as the server has them. */
export function arranged(tiles: Tile[]): { now: Tile[]; rest: Tile[] } {
  const pressing = tiles.filter((one) => urgency(one) > 0)
  return {
    now: [...pressing].sort((one, other) => urgency(other) - urgency(one)),
    rest: tiles.filter((one) => urgency(one) === 0),
  }
}

/** A folded tile in one line: its first number, else how many there are. */
export function headline({ numbers, bars, rows, kind }: Tile): string {
  const first = numbers[0]
  if (first) {
    const value = first.value === null ? '—' : first.value.toLocaleString('zh-CN')
    return `${value}${first.of === null ? '' : ` / ${first.of.toLocaleString('zh-CN')}`} ${first.value === null ? '' : first.unit}`.trim()
  }
  if (kind === 'chart') return bars.length ? `最近 ${bars[bars.length - 1].value}` : ''
  return rows.length ? `${rows.length} 条` : `${bars.reduce((sum, { value }) => sum + value, 0)}`
}
