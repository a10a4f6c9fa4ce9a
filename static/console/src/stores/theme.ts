import { defineStore } from 'pinia'
import { ref, watchEffect } from 'vue'

export type Theme = 'system' | 'light' | 'dark'
const KEY = 'anban.theme'

/** Light, dark or as the system has it; kept in this browser. */
export const useTheme = defineStore('theme', () => {
  const kept = localStorage.getItem(KEY)
  const theme = ref<Theme>(kept === 'light' || kept === 'dark' ? kept : 'system')
  const system = window.matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(system.matches)
  system.addEventListener('change', (event) => (systemDark.value = event.matches))

  watchEffect(() => {
    const dark = theme.value === 'dark' || (theme.value === 'system' && systemDark.value)
    document.documentElement.setAttribute('theme-mode', dark ? 'dark' : 'light')
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light'
  })

  function choose(next: Theme): void {
    theme.value = next
    if (next === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
  }
  return { theme, choose }
})
