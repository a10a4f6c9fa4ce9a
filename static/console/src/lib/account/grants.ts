import type { Grant, Rights } from '@/api/types'

export interface RightGroup {
  title: string
  items: Rights['items']
}

/** Rights by group, in the order in which the server names them. */
export function groupRights(rights: Rights): RightGroup[] {
  const groups = new Map<string, Rights['items']>()
  for (const right of rights.items) groups.set(right.group, [...(groups.get(right.group) ?? []), right])
  return [...groups].map(([title, items]) => ({ title, items }))
}

/** Gives a right with a scope, or takes it away with null. */
export function setGrant(grants: Grant[], right: string, scope: string | null): Grant[] {
  const rest = grants.filter((grant) => grant.right !== right)
  return scope === null ? rest : [...rest, { right, scope }]
}

/** Gives or takes all rights of a group; those given already keep their scope. */
export function setGroup(grants: Grant[], group: RightGroup, on: boolean, scope: string): Grant[] {
  return group.items.reduce((now, { name }) => {
    const kept = grants.find((grant) => grant.right === name)?.scope
    return setGrant(now, name, on ? (kept ?? scope) : null)
  }, grants)
}
