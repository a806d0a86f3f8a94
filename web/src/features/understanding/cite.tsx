import { clock, useWords } from '../../i18n/index.ts'
import { conversationMessages } from '../conversation/messages/index.ts'

/** The second that something rests on: pressed, it is heard. */
export function Cite({ ms, goTo }: { ms: number; goTo: (ms: number) => void }) {
  const words = useWords(conversationMessages)
  const time = clock(ms)
  return (
    <button type="button" className="cite" aria-label={words('segment.play', { time })} onClick={() => goTo(ms)}>
      {time}
    </button>
  )
}
