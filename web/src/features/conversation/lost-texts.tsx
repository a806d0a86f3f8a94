import { clock, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.ts'
import type { Edits } from './edits.ts'
import { conversationMessages } from './messages/index.ts'
import type { Lost } from './unsettled.ts'

/** What was written in passages that are gone: it can be put back where it was, and stays until somebody decides. */
export function LostTexts({ edits }: { edits: Edits }) {
  const words = useWords(conversationMessages)
  const putBack = async ({ segment, text }: Lost) => {
    const { segments } = await edits.change({ kind: 'put', segment, text })
    if (segments) edits.letGo(segment.id)
  }
  const copy = (text: string) =>
    navigator.clipboard.writeText(text).then(
      () => toast(words('lost.copied')),
      () => toast({ text: words('copy.failed'), kind: 'warn' }),
    )
  return edits.lost.map((it) => (
    <div className="conflict" role="alert" key={it.segment.id}>
      <p>{words('lost.text', { time: clock(it.segment.start_ms) })}</p>
      <blockquote dir="auto">{it.text}</blockquote>
      <div className="row flex-wrap">
        <Button look="line" onClick={() => void putBack(it)}>
          {words('lost.back')}
        </Button>
        <Button look="line" onClick={() => void copy(it.text)}>
          {words('lost.copy')}
        </Button>
        <Button onClick={() => edits.letGo(it.segment.id)}>{words('lost.drop')}</Button>
      </div>
    </div>
  ))
}
