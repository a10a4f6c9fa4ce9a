/**
 * Pictures that this phone has fetched since it was opened: each once, a few at a time, the oldest let go.
 *
 * What a page asks of the server must not wait behind twenty pictures: a browser has six lines to it, and these take
 * three of them.
 */

type Fetch = () => Promise<string>

const MOST = 150
const AT_ONCE = 3

const kept = new Map<string, Promise<string>>()
const waiting: (() => void)[] = []
let running = 0

/** The picture of this address, to be drawn; empty when it did not come, and then it is asked for again next time. */
export function picture(address: string, fetch: Fetch): Promise<string> {
  const there = kept.get(address)
  if (there) {
    kept.delete(address)
    kept.set(address, there)
    return there
  }
  const coming = inTurn(fetch).then((found) => {
    if (!found && kept.get(address) === coming) kept.delete(address)
    return found
  })
  kept.set(address, coming)
  if (kept.size > MOST) letGo(kept.keys().next().value as string)
  return coming
}

/** Another person is here, or nobody: nothing of what was seen stays. */
export function forgetPictures(): void {
  for (const address of [...kept.keys()]) letGo(address)
}

function letGo(address: string): void {
  void kept.get(address)?.then((found) => {
    if (found.startsWith('blob:')) URL.revokeObjectURL(found)
  })
  kept.delete(address)
}

async function inTurn(fetch: Fetch): Promise<string> {
  if (running >= AT_ONCE) await new Promise<void>((turn) => waiting.push(turn))
  running += 1
  try {
    return await fetch()
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}
