/** Who is invited by a unit, and units that ask whether somebody on their list is me (I2). */

import type { Ref } from '../shapes/session'

export interface Invitation {
  unit: Ref
  name: string
  login: string
  login_taken: boolean
}

export interface Question {
  id: string
  unit: Ref
}

export interface Answered {
  state: 'confirmed' | 'waiting' | 'denied'
  items: Question[]
}
