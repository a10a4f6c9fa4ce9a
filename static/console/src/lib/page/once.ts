/**
 * A key for one act: sent again after a lost answer, the server does it once. Time and 96 random bits, visible ASCII.
 */
export function newKey(kind: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return `${kind}-${Date.now().toString(36)}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
