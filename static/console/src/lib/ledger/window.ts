/** Which part of a long list of rows of known heights has to be drawn. */

/** Where each row begins; the last entry is the height of all. */
export function offsets(heights: number[]): number[] {
  const out = new Array<number>(heights.length + 1)
  out[0] = 0
  for (let index = 0; index < heights.length; index++) out[index + 1] = out[index]! + heights[index]!
  return out
}

/** The first row whose end lies below `top`. */
export function rowAt(starts: number[], top: number): number {
  let low = 0
  let high = Math.max(0, starts.length - 2)
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle + 1]! > top) high = middle
    else low = middle + 1
  }
  return low
}

/** Rows [from, to) that show between `top` and `top + room`, and `extra` on either side. */
export function seen(starts: number[], top: number, room: number, extra = 8): { from: number; to: number } {
  const count = starts.length - 1
  if (count <= 0) return { from: 0, to: 0 }
  return { from: Math.max(0, rowAt(starts, top) - extra), to: Math.min(count, rowAt(starts, top + room) + 1 + extra) }
}
