/**
 * Where the phone is, for the evidence of a clock-in (X02).
 *
 * Asked for while the scanner is open and never waited for: a scan without a place is a scan.
 */

import type { Place } from '../shapes/door'

const FRESH = 5 * 60_000

let known: { place: Place; at: number } | null = null
let asking = false

/** Begin to find out. */
export function findPlace(): void {
  if (asking || (known && Date.now() - known.at < FRESH / 2)) return
  asking = true
  locate((place) => {
    asking = false
    if (place) known = { place, at: Date.now() }
  })
}

/** Where the phone is now, asked by a tap and waited for; null where it can't say. One that knows nothing says 0, 0. */
export const askPlace = (): Promise<Place | null> =>
  new Promise((done) =>
    locate((place) => {
      const somewhere = place && (place.lng !== 0 || place.lat !== 0) ? place : null
      if (somewhere) known = { place: somewhere, at: Date.now() }
      done(somewhere)
    }),
  )

/** What is known now, at most five minutes old; else null. */
export function placeNow(): Place | null {
  return known && Date.now() - known.at < FRESH ? known.place : null
}

function locate(done: (place: Place | null) => void): void {
  // #ifdef H5
  if (!navigator.geolocation || !window.isSecureContext) return done(null)
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => done(rounded(coords.longitude, coords.latitude, coords.accuracy)),
    () => done(null),
    { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
  )
  // #endif
  // #ifndef H5
  uni.getLocation({
    type: 'wgs84',
    success: (got) => done(rounded(got.longitude, got.latitude, got.accuracy)),
    fail: () => done(null),
  })
  // #endif
}

/** Six decimals are ten centimetres; more would only pretend. */
function rounded(lng: number, lat: number, accuracy: number): Place {
  const six = (n: number) => Math.round(n * 1e6) / 1e6
  return { lng: six(lng), lat: six(lat), accuracy: Math.round(accuracy) }
}
