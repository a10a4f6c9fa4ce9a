/** Trees that come as a list in order, parents first. */
export interface Leafed {
  id: string
  parent: string | null
  name: string
}

/** How deep each stands; one whose parent is not in the list stands at the top. */
export function depths(nodes: Leafed[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const node of nodes)
    found.set(node.id, node.parent !== null && found.has(node.parent) ? found.get(node.parent)! + 1 : 0)
  return found
}
export function childrenOf<Node extends Leafed>(nodes: Node[]): Map<string | null, Node[]> {
  const found = new Map<string | null, Node[]>()
  const there = new Set(nodes.map((node) => node.id))
  for (const node of nodes) {
    const parent = node.parent !== null && there.has(node.parent) ? node.parent : null
    const beside = found.get(parent)
    if (beside) beside.push(node)
    else found.set(parent, [node])
  }
  return found
}
/** The list put in the order of the tree. */
export function inOrder<Node extends Leafed>(nodes: Node[]): Node[] {
  const children = childrenOf(nodes)
  const walk = (parent: string | null): Node[] =>
    (children.get(parent) ?? []).flatMap((node) => [node, ...walk(node.id)])
  return walk(null)
}
/** One and all below it. */
export function below(nodes: Leafed[], id: string): string[] {
  const children = childrenOf(nodes)
  const walk = (one: string): string[] => [one, ...(children.get(one) ?? []).flatMap((node) => walk(node.id))]
  return walk(id)
}
/** What is seen: not below what is folded; with a word, what has it and all above that, and whatever is `picked`. */
export function seen<Node extends Leafed>(
  nodes: Node[],
  folded: Set<string>,
  word: string,
  picked = new Set<string>(),
): Node[] {
  const parents = new Map(nodes.map((node) => [node.id, node.parent]))
  const q = word.trim().toLowerCase()
  if (q) {
    const keep = new Set<string>()
    for (const node of nodes)
      if (node.name.toLowerCase().includes(q) || picked.has(node.id))
        for (let at: string | null = node.id; at !== null && !keep.has(at); at = parents.get(at) ?? null) keep.add(at)
    return nodes.filter((node) => keep.has(node.id))
  }
  const hidden = new Set<string>()
  return nodes.filter((node) => {
    if (node.parent !== null && (hidden.has(node.parent) || folded.has(node.parent))) hidden.add(node.id)
    return !hidden.has(node.id)
  })
}
/** Ticked: with all below it. Unticked: without them; what is above stays, so that one can prune. */
export function tick(nodes: Leafed[], picked: Set<string>, id: string): Set<string> {
  const next = new Set(picked)
  const all = below(nodes, id)
  if (next.has(id)) all.forEach((one) => next.delete(one))
  else all.forEach((one) => next.add(one))
  return next
}
/** A tree begins open as far as one can look over it: of more nodes than that, what is below the tops is folded. */
const LOOKED_OVER = 60
export function foldedAtFirst(nodes: Leafed[]): Set<string> {
  if (nodes.length <= LOOKED_OVER) return new Set()
  const inner = new Set(nodes.map((node) => node.parent))
  const deep = depths(nodes)
  return new Set(nodes.filter((node) => inner.has(node.id) && deep.get(node.id)! > 0).map((node) => node.id))
}
/** What a key does in a tree (ARIA): the node to go to, or a node to open or fold; null where it does nothing. */
export interface Step {
  to?: string
  open?: string
  fold?: string
}
export function stepOf(key: string, shown: Leafed[], at: string | null, inner: Set<string | null>): Step | null {
  const place = shown.findIndex((node) => node.id === at)
  const goes = (next: number): Step | null => (shown[next] ? { to: shown[next].id } : null)
  if (key === 'Home' || (place < 0 && key.startsWith('Arrow'))) return goes(0)
  if (key === 'End') return goes(shown.length - 1)
  if (key === 'ArrowDown') return goes(place + 1)
  if (key === 'ArrowUp') return goes(place - 1)
  const node = shown[place]
  if (!node) return null
  const isOpen = shown[place + 1]?.parent === node.id
  if (key === 'ArrowRight') return isOpen ? goes(place + 1) : inner.has(node.id) ? { open: node.id } : null
  if (key === 'ArrowLeft') return isOpen ? { fold: node.id } : goes(shown.findIndex((one) => one.id === node.parent))
  return null
}
