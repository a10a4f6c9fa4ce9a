/** What the page keeps in the browser for the next visit; a browser that keeps nothing is no reason to stop. */

export function recall<T>(name: string, otherwise: T): T {
  try {
    const kept = localStorage.getItem(`sandbox.${name}`)
    return kept === null ? otherwise : (JSON.parse(kept) as T)
  } catch {
    return otherwise
  }
}

export function keep(name: string, value: unknown): void {
  try {
    localStorage.setItem(`sandbox.${name}`, JSON.stringify(value))
  } catch {
    // Then not.
  }
}
