import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { words as load, useWords } from '../../i18n/index.ts'
import { Sheet } from '../../ui/dialog.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { understandingMessages } from '../understanding/messages/index.ts'
import { conversationMessages } from './messages/index.ts'

/** What is thought about the words comes when it is asked for, with its own words. */
const understanding = <Name extends string, P>(
  fetch: () => Promise<Record<Name, (props: P) => ReactNode>>,
  name: Name,
) =>
  lazy(async () => {
    const [module] = await Promise.all([fetch(), load(understandingMessages)])
    return { default: module[name] }
  })
export const InsightsPanel = understanding(() => import('../understanding/insights-panel.tsx'), 'InsightsPanel')
export const TranslationPanel = understanding(
  () => import('../understanding/translation-panel.tsx'),
  'TranslationPanel',
)
export const AskPanel = understanding(() => import('../understanding/ask-panel.tsx'), 'AskPanel')

export const panels = ['highlights', 'tasks', 'insights', 'translation', 'ask'] as const
export type PanelName = (typeof panels)[number]

const narrow = '(max-width: 1000px)'

export function useNarrow() {
  const [is, set] = useState(() => matchMedia(narrow).matches)
  useEffect(() => {
    const media = matchMedia(narrow)
    const look = () => set(media.matches)
    media.addEventListener('change', look)
    return () => media.removeEventListener('change', look)
  }, [])
  return is
}

/** Beside the text where there is room, else a sheet from below. */
export function Panel({
  bodies,
  chosen,
  onChoose,
  sheet,
  open,
  onClose,
}: {
  bodies: Record<PanelName, ReactNode>
  chosen: PanelName
  onChoose: (name: PanelName) => void
  sheet: boolean
  open: boolean
  onClose: () => void
}) {
  const words = useWords(conversationMessages)
  const tabs = (
    <Tabs
      label={words('tab.label')}
      chosen={chosen}
      onChoose={onChoose}
      bodyClass="pbody"
      tabs={panels.map((name) => ({
        name,
        label: words(`tab.${name}`),
        body: <Suspense fallback={<Skeleton lines={5} />}>{bodies[name]}</Suspense>,
      }))}
    />
  )
  if (sheet)
    return (
      <Sheet open={open} onClose={onClose} title={words('tab.label')} hideTitle className="panel-sheet">
        {tabs}
      </Sheet>
    )
  return (
    <aside className="panel" aria-label={words('tab.label')}>
      {tabs}
    </aside>
  )
}
