/** Addresses: queries, and the way back after signing in. */

/** `?a=1&b=2` from what is set; empty when nothing is. */
export function query(values: Record<string, string | string[] | number | undefined | null>): string {
  const parts = Object.entries(values)
    .flatMap(([key, value]) =>
      Array.isArray(value) ? value.map((one) => [key, one] as const) : [[key, value] as const],
    )
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`)
  return parts.length ? `?${parts.join('&')}` : ''
}

/** Whether two addresses of one page ask for different things. */
export const otherQuery = (one: string, other: string): boolean => asked(one) !== asked(other)
const asked = (address: string) => [...new URLSearchParams(address.split('?')[1] ?? '')].sort().join('&')

/** The page to go back to, or home when the kept one is not a page of ours. */
export function wayBack(kept: string | null): string {
  return kept && /^\/pages\/(?!sign-in\/|password\/)[\w-]+\/[\w-]+(\?.*)?$/.test(kept) ? kept : '/pages/home/index'
}

/** A link to call a phone number; null when the text holds none. */
export function dialable(phone: string): string | null {
  const digits = phone.replace(/[^\d+]/g, '')
  return digits.length >= 5 && !phone.includes('*') ? digits : null
}

/** The page of ours that a link leads to, or null: a message or an address never leads anywhere else. */
export function ownPage(link: string | null | undefined): string | null {
  if (!link || !/^\/pages\/[a-z]+(?:-[a-z]+)*\/[a-z]+(?:-[a-z]+)*(?:\?[^\s#\\<>"]*)?$/.test(link)) return null
  return /^\/pages\/(?:sign-in|password|enter)\//.test(link) ? null : link
}
