import type { AskAnswer, RankedPassage } from '@mina/contract'
import { TriangleAlert } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import { useWords } from '../../i18n/index.ts'
import { Icon } from '../../ui/icon.tsx'
import { understandingMessages } from './messages/index.ts'

type Sentence = AskAnswer['answer'][number]

/** An answer sentence by sentence, each with what it rests on; what the passages do not bear out says so. */
export function Sentences({
  of,
  cite,
}: {
  of: readonly Sentence[]
  cite: (place: Sentence['citations'][number]) => ReactNode
}) {
  const words = useWords(understandingMessages)
  return (
    <>
      <p dir="auto">
        {of.map((one) => (
          <Fragment key={one.text}>
            <span className={one.supported ? undefined : 'unsupported'}>{one.text}</span>{' '}
            {one.citations.slice(0, 3).map((place) => (
              <Fragment key={`${place.segment_id} ${place.start_ms}`}>{cite(place)} </Fragment>
            ))}
          </Fragment>
        ))}
      </p>
      {of.some((one) => !one.supported) && (
        <p className="doubted">
          <Icon of={TriangleAlert} className="tiny" />
          {words('insights.doubt')}
        </p>
      )}
    </>
  )
}

/** A passage with the sentence marked that comes nearest to the question, where it says more than that. */
export function BestMarked({ of: { text, best } }: { of: RankedPassage }) {
  if (best.text.trim() === text.trim()) return text
  return (
    <>
      {text.slice(0, best.start)}
      <mark>{text.slice(best.start, best.end)}</mark>
      {text.slice(best.end)}
    </>
  )
}
