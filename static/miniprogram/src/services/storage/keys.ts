/** Keys that no second phone makes. */

/** A key for one act: time and 96 random bits, visible ASCII. */
export function newKey(
  now: number,
  kind: 'scan' | 'report' | 'answer' | 'photo' | 'snap' | 'decision' | 'give' | 'row' = 'scan',
): string {
  return `${kind}-${now.toString(36)}-${random(12)}`
}

function random(bytes: number): string {
  const made = new Uint8Array(bytes)
  if (typeof crypto !== 'undefined' && typeof crypto.getRandomValues === 'function') crypto.getRandomValues(made)
  else for (let at = 0; at < bytes; at++) made[at] = Math.floor(Math.random() * 256)
  return Array.from(made, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
