import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { useShortcuts } from '../ui/shortcuts.ts'
import { useDroppedFiles } from './dropped.ts'
import { useLibraryNews } from './library-news.ts'

const fetchPalette = () => import('./palette.tsx')
const Palette = lazy(async () => ({ default: (await fetchPalette()).Palette }))
const KeysHelp = lazy(async () => ({ default: (await import('./keys-help.tsx')).KeysHelp }))
const LiveBar = lazy(async () => ({ default: (await import('../features/live/bar.tsx')).LiveBar }))

/** Looked for once the page itself is there: a recording that an earlier page could not send. */
function useQuietMoment() {
  const [quiet, setQuiet] = useState(false)
  useEffect(() => {
    const soon = globalThis.requestIdleCallback ?? ((it: () => void) => setTimeout(it, 1000))
    soon(() => setQuiet(true), { timeout: 5000 })
  }, [])
  return quiet
}

/** What works on every page: the palette, the help, recording. Loaded when first asked for. */
export function Everywhere() {
  const words = useWords(shell)
  const navigate = useNavigate()
  const [shown, show] = useState<'palette' | 'keys' | null>(null)
  const quiet = useQuietMoment()
  const group = words('keys.everywhere')
  // Whoever presses Ctrl-K types on at once: it has to be there.
  useEffect(() => {
    if (quiet) void fetchPalette().catch(() => undefined)
  }, [quiet])
  useLibraryNews()
  useDroppedFiles()
  useShortcuts([
    {
      keys: 'mod+k',
      label: words('keys.palette'),
      group,
      always: true,
      run: () => show(shown === 'palette' ? null : 'palette'),
    },
    { keys: '?', label: words('keys.help'), group, run: () => show('keys') },
    { keys: 'r', label: words('keys.record'), group, run: () => void navigate({ to: '/live' }) },
  ])
  return (
    <Suspense>
      {shown === 'palette' && <Palette onClose={() => show(null)} showKeys={() => show('keys')} />}
      {shown === 'keys' && <KeysHelp onClose={() => show(null)} />}
      {quiet && <LiveBar />}
    </Suspense>
  )
}
