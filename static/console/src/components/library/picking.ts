import type { Line, Pick, Standard } from '@/api/ledger/library'

/** What a row that comes along is called among all that are left out. */
export const lineName = (standard: { source: string }, line: Line) => `${standard.source}\n${line.part}\n${line.key}`

/** The standards that a word, a group and "what we do not have yet" leave. */
export function searched(items: Standard[], word: string, group: string, fresh: boolean): Standard[] {
  const words = word.trim().toLowerCase().split(/\s+/).filter(Boolean)
  return items.filter((one) => {
    if ((group && one.group !== group) || (fresh && one.there)) return false
    const text = [
      one.name,
      one.group,
      one.note,
      ...one.facts.map((fact) => fact.text),
      ...one.parts.map((x) => x.label),
    ]
    const all = text.join(' ').toLowerCase()
    return words.every((each) => all.includes(each))
  })
}

/** What is sent: what was ticked, each without what was pruned of it. */
export function picksOf(items: Standard[], picked: Set<string>, without: Set<string>): Pick[] {
  return items
    .filter((one) => picked.has(one.source))
    .map((one) => ({
      source: one.source,
      without: one.parts.filter((line) => without.has(lineName(one, line))).map(({ part, key }) => ({ part, key })),
    }))
}
