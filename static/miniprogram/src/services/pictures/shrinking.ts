/** Making a photo small enough for one bar of signal (H5). */

export const LONGEST = 2000
const QUALITY = 0.82

/**
 * The photo as JPEG, at most 2,000 px on its longer side. A picture that the browser cannot read (HEIC on some
 * phones) goes as it is: the server says whether it takes it.
 */
export async function shrink(file: File, name: string): Promise<File> {
  const picture = await opened(file)
  if (!picture) return file
  const { width, height } = fitted(picture.width, picture.height)
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height)
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', QUALITY))
  const smaller = blob && (blob.size < file.size || width < picture.width || file.type !== 'image/jpeg')
  return smaller ? new File([blob], name, { type: 'image/jpeg' }) : file
}

/** The size that fits into 2,000 px, never enlarged. */
export function fitted(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST / Math.max(width, height, 1))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** Drawn upright: browsers turn an <img> as its EXIF says. */
function opened(file: File): Promise<HTMLImageElement | null> {
  const url = URL.createObjectURL(file)
  return new Promise<HTMLImageElement | null>((done) => {
    const image = new Image()
    image.onload = () => done(image)
    image.onerror = () => done(null)
    image.src = url
  }).finally(() => URL.revokeObjectURL(url))
}
