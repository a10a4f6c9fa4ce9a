/** Photos, whatever they hang on: the address of each ends with its id. */

/** How large: `thumbnail` for a list (at most 20 kB), `screen` where somebody decides by it (1,080 pixels). */
type Size = 'thumbnail' | 'screen'

/**
 * The same photo, smaller; the photo itself is fetched when it is opened. One that is still on this desk stays what it
 * is.
 */
export function sized(url: string, size: Size): string {
  if (!url.startsWith('/api/')) return url
  const id = url.split('?')[0].split('/').at(-1)
  return `/api/console/v1/photos/${id}?size=${size}`
}

export const thumbnailOf = (url: string): string => sized(url, 'thumbnail')

/** A photo in a list, by its id alone. */
export const photoThumbnail = (id: string): string => `/api/console/v1/photos/${id}?size=thumbnail`

/** A signature in a field of a row; `word` says which one, so that another one is fetched anew. */
export const signatureAddress = (ledger: string, id: string, field: string, word: string): string =>
  `/api/console/v1/${encodeURIComponent(ledger)}/${encodeURIComponent(id)}/signatures/${field}#${word}`
