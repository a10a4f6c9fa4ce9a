/**
 * What the phone keeps between two starts.
 *
 * Every key carries the prefix `anban.`. A full or forbidden storage never throws: `put` says whether it worked.
 */

const PREFIX = 'anban.'

/** Keep a value. False when the phone could not. */
export function put(key: string, value: unknown): boolean {
  try {
    uni.setStorageSync(PREFIX + key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}

/** The kept value, or null. */
export function get<T>(key: string): T | null {
  try {
    const text = uni.getStorageSync(PREFIX + key)
    return text ? (JSON.parse(text) as T) : null
  } catch {
    return null
  }
}

/** Forget a value. */
export function drop(key: string): void {
  try {
    uni.removeStorageSync(PREFIX + key)
  } catch {
    // Storage that cannot be written was never filled.
  }
}

/** The kept keys that begin with `start`, without the prefix. */
export function keys(start: string): string[] {
  try {
    const all = uni.getStorageInfoSync().keys ?? []
    return all.filter((key) => key.startsWith(PREFIX + start)).map((key) => key.slice(PREFIX.length))
  } catch {
    return []
  }
}
