/** Clock-ins under their days, in the order in which they came. */

import type { ClockIn } from '../../services/shapes/door'

/** Groups of one day each; the order of days and of clock-ins is kept. */
export function byDay(items: ClockIn[]): { day: string; items: ClockIn[] }[] {
  const groups: { day: string; items: ClockIn[] }[] = []
  for (const item of items) {
    const last = groups[groups.length - 1]
    if (last?.day === item.day) last.items.push(item)
    else groups.push({ day: item.day, items: [item] })
  }
  return groups
}
