/** Where the server is. */

/** Origin without slash at the end. Null when a mini-program was built without VITE_ANBAN_ORIGIN. */
export function serverOrigin(): string | null {
  const built = (import.meta.env.VITE_ANBAN_ORIGIN ?? '').replace(/\/+$/, '')
  if (built) return built
  // #ifdef H5
  return window.location.origin
  // #endif
  // #ifndef H5
  return null
  // #endif
}
