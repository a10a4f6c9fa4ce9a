/** What a decision is about, as the phone door gives it (docs/tasks.md). */

/** A photo, and what it shows: 整改前, 整改后. */
export interface NamedPicture {
  id: string
  name: string
  url: string
}

/** What a decision is about: the words of who sent it here, the newest first; facts, the first things first. */
export interface About {
  words: { name: string; for: string | null; did: string; text: string; at: string }[]
  facts: [string, string][]
  pictures: NamedPicture[]
  amounts: { unit: string; lines: { name: string; note: string; amount: string }[]; more: number; total: string } | null
}
