import { clock, useWords } from '../../i18n/index.ts'
import { toast } from '../../ui/toast.ts'
import { conversationMessages } from './messages/index.ts'
import { useHighlights, useTasks } from './notes.ts'
import type { PanelName } from './panel.tsx'
import type { Passage } from './selected.ts'

/** What is done with a selection, by its bar or by a key. */
export function useSelectionActions(
  id: string,
  openPanel: (name: PanelName) => void,
  share: (ms: number) => void,
  done: () => void,
) {
  const words = useWords(conversationMessages)
  const highlights = useHighlights(id)
  const tasks = useTasks(id)
  return {
    highlight: ({ text, start_ms, end_ms, segment_id }: Passage) => {
      highlights.add({ text, start_ms, end_ms, segment_id })
      done()
    },
    task: ({ text, start_ms, segment_id, speaker }: Passage) => {
      tasks.add({ text: text.slice(0, 2000), start_ms, segment_id, assignee: speaker?.slice(0, 120) ?? '' })
      openPanel('tasks')
      done()
    },
    copy: ({ text, start_ms, speaker }: Passage) => {
      const said = `[${clock(start_ms)}] ${speaker ? `${speaker}: ` : ''}${text}`
      navigator.clipboard.writeText(said).then(
        () => toast(words('select.copied')),
        () => toast({ text: words('copy.failed'), kind: 'warn' }),
      )
      done()
    },
    share: ({ start_ms }: Passage) => {
      share(start_ms)
      done()
    },
  }
}
