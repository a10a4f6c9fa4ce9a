/** Keeps the queue moving: at once when the network or the person comes back, else when an item is due. */

import { flush } from './outbox'

const EVERY = 5_000

/** Start listening. `back` is called when the network comes back; `wake` and `rest` when the app comes and goes. */
export function keepSending(back: () => void): { wake: () => void; rest: () => void } {
  let timer: ReturnType<typeof setInterval> | undefined
  uni.onNetworkStatusChange(({ isConnected }) => {
    if (isConnected) void flush(true).then(back)
  })
  return {
    wake() {
      clearInterval(timer)
      timer = setInterval(() => void flush(), EVERY)
      void flush(true)
    },
    rest() {
      clearInterval(timer)
    },
  }
}
