/** Places of the grid as the phone door gives them (E01). */

import type { Ref } from './door'

export interface GridNode extends Ref {
  parent: string | null
  level_title: string
  where: string
  /** Of what is walked down to, not of what was found around. */
  site?: Ref | null
  lng: number | null
  lat: number | null
  leaf?: boolean
}

export type How = 'scan' | 'equipment' | 'position' | 'picked' | 'work'

export interface FoundNode extends GridNode {
  how: How
  metres: number | null
}
