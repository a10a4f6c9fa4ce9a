/** What the sandbox's own API gives. */

export interface Member {
  id: string
  name: string
  position: string
  department: string
  colour: string
  phone: string
}

export interface MenuButton {
  type?: string
  name: string
  key?: string
  url?: string
  sub_button?: MenuButton[]
}

export interface Agent {
  id: number
  name: string
  colour: string
  menu: MenuButton[]
}

export interface Fault extends WantedFault {
  id: number
}

export interface WantedFault {
  where: string
  kind: string
  seconds: number
  probability: number
  count: number | null
}

export interface World {
  now: number
  ahead: number
  /** Anban goes by the same clock. */
  shared: boolean
  /** The time zone of the phones, which is Anban's. */
  zone: string
  labels: { name: string; url: string; good: boolean }[]
  corp: { id: string; name: string }
  people: Member[]
  groups: { id: string; name: string; members: string[] }[]
  agents: Agent[]
  faults: Fault[]
  fault_kinds: Record<string, string>
}

export interface Thread {
  owner: string
  thread: string
  title: string
  kind: 'app' | 'group' | 'sms'
  colour: string
  unread: number
  last: string
  at: number
  serial: number
}

export interface Option {
  id: string
  text: string
  is_checked?: boolean
}

export interface Question {
  question_key: string
  title?: string
  selected_id?: string
  mode?: number
  disable?: boolean
  option_list: Option[]
}

export interface CardButton {
  type?: number
  text: string
  style?: number
  key?: string
  url?: string
}

export interface Fact {
  type?: number
  keyname: string
  value?: string
  url?: string
}

export interface Card {
  card_type: string
  source?: { desc?: string; desc_color?: number; icon_url?: string }
  action_menu?: { desc?: string; action_list: { text: string; key: string }[] }
  main_title?: { title?: string; desc?: string }
  quote_area?: { type?: number; url?: string; title?: string; quote_text?: string }
  emphasis_content?: { title?: string; desc?: string }
  sub_title_text?: string
  horizontal_content_list?: Fact[]
  vertical_content_list?: { title: string; desc?: string }[]
  jump_list?: { type?: number; title: string; url?: string }[]
  card_action?: { type?: number; url?: string }
  card_image?: { url: string; aspect_ratio?: number }
  image_text_area?: { title?: string; desc?: string; image_url?: string; url?: string }
  button_selection?: Question
  button_list?: CardButton[]
  checkbox?: Question
  select_list?: Question[]
  submit_button?: { text: string; key: string }
  replace_text?: string
}

export interface Entry {
  serial: number
  owner: string
  thread: string
  at: number
  from: { kind: string; id: string; name: string; colour: string }
  mine: boolean
  msgtype: string
  recalled: boolean
  content: Record<string, unknown>
  done?: boolean
  note?: string
  chosen?: Record<string, string[]>
}

export interface WireWhole extends WireLine {
  query: Record<string, string>
  request: unknown
  answer: unknown
}

export interface WireLine {
  id: number
  at: number
  way: 'in' | 'out'
  method: string
  path: string
  status: number
  errcode: number | null
  milliseconds: number
  faults: string[]
  notes: string[]
}
