/** The sound of an alarm, and which alarms have been heard in this browser: each rings once, in however many tabs. */

const KEY = 'anban.alarms'
const KEPT = 50
const here = new Set<string>()

function kept(): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(found) ? found.map(String) : []
  } catch {
    return []
  }
}

export const isHeard = (key: string): boolean => here.has(key) || kept().includes(key)

export function note(key: string): void {
  here.add(key)
  try {
    localStorage.setItem(KEY, JSON.stringify([...kept().filter((one) => one !== key), key].slice(-KEPT)))
  } catch {
    // Without storage each tab rings for itself.
  }
}

const TONES = [880, 660, 880]

/** Three tones, a second in all. A browser that was not touched yet keeps silent: the banner is there all the same. */
export function ring(): void {
  try {
    const audio = new AudioContext()
    TONES.forEach((pitch, at) => {
      const tone = audio.createOscillator()
      const volume = audio.createGain()
      const begin = audio.currentTime + at * 0.35
      tone.frequency.value = pitch
      volume.gain.setValueAtTime(0.25, begin)
      volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.3)
      tone.connect(volume).connect(audio.destination)
      tone.start(begin)
      tone.stop(begin + 0.32)
    })
    window.setTimeout(() => void audio.close().catch(() => {}), 2000)
  } catch {
    // No sound device.
  }
}
