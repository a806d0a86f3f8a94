import type { ConversationItem } from '@mina/contract'
import { lazy, type ReactNode, Suspense, useCallback, useState } from 'react'
import { words } from '../../i18n/index.ts'
import { shareMessages } from '../shares/messages/index.ts'

const ShareDialogue = lazy(async () => {
  const [{ ShareDialogue }] = await Promise.all([import('../shares/share-dialogue.tsx'), words(shareMessages)])
  return { default: ShareDialogue }
})
const ExportDialogue = lazy(async () => ({
  default: (await import('../shares/export-dialogue.tsx')).ExportDialogue,
}))

type Shown = { kind: 'share' | 'export'; id: string; title: string; from_ms?: number }
type Named = Pick<ConversationItem, 'id' | 'title'>

/** Sharing and exporting from a list: loaded when first asked for. */
export function useDialogues(): {
  share: (it: Named, from_ms?: number) => void
  exportIt: (it: Named) => void
  dialogues: ReactNode
} {
  const [shown, show] = useState<Shown | null>(null)
  const close = () => show(null)
  return {
    share: useCallback((it, from_ms) => show({ kind: 'share', id: it.id, title: it.title, from_ms }), []),
    exportIt: useCallback((it) => show({ kind: 'export', id: it.id, title: it.title }), []),
    dialogues: (
      <Suspense>
        {shown?.kind === 'share' && (
          <ShareDialogue id={shown.id} title={shown.title} from_ms={shown.from_ms} onClose={close} />
        )}
        {shown?.kind === 'export' && <ExportDialogue id={shown.id} title={shown.title} onClose={close} />}
      </Suspense>
    ),
  }
}
