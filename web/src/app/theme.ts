import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'
const key = 'mina.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()
const changed = () => {
  for (const listener of listeners) listener()
}

export const chosenTheme = (): Theme => (document.documentElement.dataset.theme as Theme | undefined) ?? 'system'

/** theme.js sets the same attribute before the first paint. */
export function chooseTheme(theme: Theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    if (theme === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, theme)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  changed()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  dark.addEventListener('change', listener)
  return () => {
    listeners.delete(listener)
    dark.removeEventListener('change', listener)
  }
}

/** What is chosen, and what that looks like now. */
export function useTheme() {
  const chosen = useSyncExternalStore(subscribe, chosenTheme)
  const isDark = useSyncExternalStore(subscribe, () =>
    chosenTheme() === 'system' ? dark.matches : chosenTheme() === 'dark',
  )
  return { chosen, isDark }
}
