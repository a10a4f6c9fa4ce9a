/** A position of a form: as the phone has it, or as the server gives it, in degrees. */

export interface SentSpot {
  lng: number
  lat: number
  /** Metres; null where somebody picked it. */
  accuracy: number | null
  /** What the phone senses is WGS-84, what a Chinese map gives GCJ-02; what comes from the server says nothing. */
  datum?: 'wgs84' | 'gcj02'
}

/** 经度 121.55000，纬度 29.87000（误差 12 米）. */
export const saySpot = ({ lng, lat, accuracy }: SentSpot): string =>
  `经度 ${lng.toFixed(5)}，纬度 ${lat.toFixed(5)}${accuracy === null ? '' : `（误差 ${Math.round(accuracy)} 米）`}`

/** A page of a map that shows what the server keeps: degrees of Chinese maps. */
export const mapOf = ({ lng, lat }: SentSpot): string =>
  `https://uri.amap.com/marker?position=${lng},${lat}&coordinate=gaode`

export const isSpot = (value: unknown): value is SentSpot =>
  typeof value === 'object' && value !== null && typeof (value as SentSpot).lng === 'number'
