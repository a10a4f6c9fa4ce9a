/** What a decision is about (docs/tasks.md): the same for every kind of thing that flows serve. */
export interface NamedPicture {
  id: string
  /** What it shows: 整改前, 整改后. */
  name: string
  url: string
}
export interface About {
  /** What who sent it here said, the newest first. */
  words: { name: string; for: string | null; did: string; text: string; at: string }[]
  facts: [string, string][]
  pictures: NamedPicture[]
  amounts: { unit: string; lines: { name: string; note: string; amount: string }[]; more: number; total: string } | null
}
