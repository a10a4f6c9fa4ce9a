/** A signature as it is drawn: strokes of points in a box, as the server takes them (`DrawnSignature.BOX`). */

export const BOX = { width: 600, height: 240 }
const SHORTEST = 60
const MOST_POINTS = 6000
/** Points nearer than this to the last one say nothing new. */
const NEAR = 2

export type Point = [number, number]
export type Stroke = Point[]

/** A place on the screen as a point of the box. */
export function pointIn(
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
  x: number,
  y: number,
): Point {
  const within = (part: number, most: number) => Math.min(Math.max(Math.round(part * most), 0), most)
  return [within((x - left) / width, BOX.width), within((y - top) / height, BOX.height)]
}

/** The strokes with one more point at the end of the last; the same where it adds nothing, or there is no room. */
export function withPoint(strokes: Stroke[], point: Point): Stroke[] {
  const line = strokes.at(-1)
  const last = line?.at(-1)
  if (!line || !last) return strokes
  if (Math.hypot(point[0] - last[0], point[1] - last[1]) < NEAR) return strokes
  if (strokes.reduce((sum, one) => sum + one.length, 0) >= MOST_POINTS) return strokes
  return [...strokes.slice(0, -1), [...line, point]]
}

const lengthOf = (line: Stroke) =>
  line.slice(1).reduce((sum, [x, y], at) => sum + Math.hypot(x - line[at][0], y - line[at][1]), 0)

/** Whether it is more than a dot. */
export const longEnough = (strokes: Stroke[]): boolean =>
  strokes.reduce((sum, line) => sum + lengthOf(line), 0) >= SHORTEST
