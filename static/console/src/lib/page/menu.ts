import type { RouteLocationRaw } from 'vue-router'
import type { MenuGroup, MenuItem } from '@/api/types'

/** What this account folded away and pinned, in this browser. */
export interface Habits {
  folded: string[]
  pinned: string[]
}
type Store = Pick<Storage, 'getItem' | 'setItem'>

/** Above so many lines the menu begins with its groups closed, but the first. */
export const MANY = 24
const key = (account: string) => `anban.menu.${account}`
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []

/** What an item is called by itself. */
export const nameOf = (item: MenuItem): string => item.view ?? item.page ?? item.ledger ?? item.title

/** The page that an item opens. */
export const pageOf = (item: MenuItem): RouteLocationRaw =>
  item.view
    ? { name: 'view', params: { view: item.view } }
    : item.page
      ? { name: item.page }
      : { name: 'ledger', params: { ledger: item.ledger } }

/** What stands beside a ledger: statistics, matrices, a tree, as far as one may open them. */
export const beside = (groups: MenuGroup[], ledger: string): MenuItem[] =>
  groups
    .flatMap((group) => group.items)
    .filter((item) => (item.view || item.page) && (item.ledger === ledger || item.rows === ledger))

const folds = (groups: MenuGroup[]): string[] =>
  groups.flatMap((group) => group.items).length > MANY ? groups.slice(1).map((group) => group.title) : []

export function readHabits(account: string, groups: MenuGroup[], store: Store = localStorage): Habits {
  try {
    const kept = JSON.parse(store.getItem(key(account)) ?? 'null') as Record<string, unknown> | null
    if (kept && typeof kept === 'object') return { folded: texts(kept.folded), pinned: texts(kept.pinned) }
  } catch {
    // what is not ours, or may not be read, is as nothing
  }
  return { folded: folds(groups), pinned: [] }
}

/** Keeps them; a full or forbidden storage is no reason to fail. */
export function keepHabits(account: string, habits: Habits, store: Store = localStorage): void {
  try {
    store.setItem(key(account), JSON.stringify(habits))
  } catch {
    // it was only a convenience
  }
}

/** In or out of a list. */
export const toggled = (list: string[], one: string): string[] =>
  list.includes(one) ? list.filter((each) => each !== one) : [...list, one]

/** The groups with what somebody looks for: by a part of a name, or its pinyin, whole or the first letters. */
export function found(groups: MenuGroup[], text: string): MenuGroup[] {
  const wanted = text.trim().toLowerCase().replace(/\s+/g, '')
  if (!wanted) return groups
  const fits = (item: MenuItem) =>
    item.title.toLowerCase().includes(wanted) || item.keys.split(' ').some((one) => one.includes(wanted))
  return groups
    .map((group) => ({ ...group, items: group.title.includes(wanted) ? group.items : group.items.filter(fits) }))
    .filter((group) => group.items.length)
}

/** What Enter opens: what is called exactly so, else what begins so, else the first that has it. */
export function nearest(groups: MenuGroup[], text: string): MenuItem | undefined {
  const wanted = text.trim().toLowerCase().replace(/\s+/g, '')
  if (!wanted) return undefined
  const items = found(groups, text).flatMap((group) => group.items)
  const names = (item: MenuItem) => [item.title.toLowerCase(), ...item.keys.split(' ')]
  return (
    items.find((item) => names(item).includes(wanted)) ??
    items.find((item) => names(item).some((one) => one.startsWith(wanted))) ??
    items[0]
  )
}
