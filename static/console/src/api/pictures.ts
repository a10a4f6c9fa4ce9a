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
