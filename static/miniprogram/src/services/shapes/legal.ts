/** What the law says of an accident (G02), as the server gives it. */

/** How a legal report was made: when really (null: now), by whom (null: me), how, to whom one spoke. */
export interface DutyDone {
  done_at: string | null
  done_by: string | null
  way: string | null
  note: string | null
}

/** What a duty says besides who must report to whom. */
export interface DutyLaw {
  /** When the unit's leader was told, as far as known: the clock runs from then. */
  starts_at?: string | null
  way_text?: string | null
  note?: string | null
  /** When somebody wrote down that it was done. */
  entered_at?: string | null
  /** Regulation and article, in one line. */
  basis?: string | null
}

/** What makes an accident by itself one of special equipment; `types` begin the codes of such equipment. */
export interface Situation {
  value: string
  title: string
  level: string
  types: string[]
}

/** A piece of equipment of the ledger; `type_code` tells which situations fit it, `node` is its place of the grid. */
export interface Machine {
  id: string
  name: string
  type: string
  type_code: string
  number: string | null
  location: string | null
  node: { id: string; name: string; where: string } | null
}

/** What an accident with this equipment can be by itself; all while nothing is known of it. */
export const fitting = (offered: Situation[], code: string): Situation[] =>
  offered.filter(({ types }) => !code || !types.length || types.some((type) => code.startsWith(type)))

export interface Legal {
  situations?: string[] | null
  situations_text?: string[]
  leader_told_at?: string | null
  special_level?: string | null
  basis?: string | null
  entered_late_minutes?: number | null
  authorities?: { by: string; to: string; minutes: number }[]
  authorities_basis?: string
  changes_until?: string
  changes_days?: number
  equipment?: { id: string; name: string } | null
}
