/** The chat sandbox (L07): three phones side by side, a clock, a switch-board of faults, and the wire. */
import { createApp } from 'vue'
import SandboxPage from './SandboxPage.vue'
import './frame.css'
import './thread.css'
import './cards.css'
import './panes.css'

/**
 * The phones are frames under host names of their own below sandbox.localhost; browsers let them keep a sign-in only
 * if the page lies there too. Where that name leads nowhere (Safari), the page stays where it is.
 */
async function settle(): Promise<void> {
  if (location.hostname !== '127.0.0.1' && location.hostname !== 'localhost') return
  const there = `http://sandbox.localhost:${location.port}/`
  try {
    await fetch(`${there}sandbox/api/state`, { mode: 'no-cors', signal: AbortSignal.timeout(1500) })
    location.replace(there)
  } catch {
    // It stays.
  }
}

void settle().finally(() => createApp(SandboxPage).mount('#sandbox'))
