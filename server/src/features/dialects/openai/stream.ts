import { Refusal } from '../../../platform/refusal.ts'
import { SpeechError } from '../../../speech/errors.ts'
import { createEventQueue } from '../../../speech/event-queue.ts'
import type { Utterance } from '../../../speech/port.ts'
import { type Accepted, textOf } from '../../transcriptions/index.ts'
import { diarizedSegment, speakerLetters, usageOf } from './answer.ts'

interface Event {
  data: unknown
}

/** Once the stream has begun there is no status to send; clients read a failure from this event. */
const failed = (error: unknown): Event => {
  const known = error instanceof Refusal || error instanceof SpeechError
  return {
    data: {
      error: {
        message: known ? error.message : 'Something went wrong on our side. It has been noted.',
        type: 'server_error',
        param: null,
        code: known ? error.code : 'internal',
      },
    },
  }
}

/** Text as it becomes known: deltas that join to the whole, speakers' segments where they are wanted, and the end. */
export function streamed(accepted: Accepted, signal: AbortSignal, diarized: boolean): AsyncIterable<Event> {
  const events = createEventQueue<Event>()
  const letter = speakerLetters()
  let told = 0
  const tell = (utterance: Utterance) => {
    const { text } = utterance
    if (text.trim() === '') return
    if (diarized) events.push({ data: diarizedSegment(utterance, told, letter(utterance.speaker)) })
    events.push({ data: { type: 'transcript.text.delta', delta: told === 0 ? text.trim() : ` ${text.trim()}` } })
    told += 1
  }
  // Begun here and not by the reader: a reader who never comes must not leave the work uncounted.
  accepted
    .run(signal, tell)
    .then(
      (transcript) => {
        if (told === 0) for (const utterance of transcript.utterances) tell(utterance)
        const text = textOf(transcript.utterances)
        events.push({ data: { type: 'transcript.text.done', text, usage: usageOf(transcript) } })
        events.push({ data: '[DONE]' })
      },
      (error: unknown) => events.push(failed(error)),
    )
    .finally(events.end)
  return events
}
