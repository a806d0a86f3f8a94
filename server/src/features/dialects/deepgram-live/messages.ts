import { randomUUID } from 'node:crypto'
import type { Utterance, Warning, Word } from '../../../speech/port.ts'

const seconds = (ms: number) => Math.round(ms) / 1000

const plain = (text: string) => text.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || text

const speakerNumber = (speaker: string | undefined, known: Map<string, number>) => {
  if (!speaker) return undefined
  if (!known.has(speaker)) known.set(speaker, known.size)
  return known.get(speaker)
}

/** Engines that give no word times: spread over the utterance, as clients need some. */
const wordsOf = (it: Utterance): Word[] => {
  if (it.words?.length) return it.words
  const texts = it.text.split(/\s+/).filter(Boolean)
  const length = (it.end_ms - it.start_ms) / Math.max(1, texts.length)
  return texts.map((text, at) => ({
    text,
    start_ms: it.start_ms + at * length,
    end_ms: it.start_ms + (at + 1) * length,
    confidence: null,
  }))
}

interface Speaking {
  request_id: string
  engine: string
  model: string
}

/** Messages of Deepgram's live protocol, told of what an engine here heard. */
export function listenMessages({ request_id, engine, model }: Speaking) {
  const speakers = new Map<string, number>()
  const warnings: { parameter: string; type: 'warning'; message: string }[] = []
  const doubts = () => (warnings.length > 0 ? { warnings } : {})
  const metadata = { request_id, model_info: { name: model, version: 'mina', arch: engine }, model_uuid: randomUUID() }

  return {
    /** Deepgram has no message for it: it stands in the metadata of what is told from now on, as for a file. */
    warn: ({ code, message }: Warning) => void warnings.push({ parameter: code, type: 'warning', message }),
    results(it: Utterance, how: { is_final: boolean; speech_final: boolean; from_finalize: boolean }) {
      return {
        type: 'Results',
        channel_index: [0, 1],
        start: seconds(it.start_ms),
        duration: seconds(it.end_ms - it.start_ms),
        ...how,
        channel: {
          alternatives: [
            {
              transcript: it.text,
              confidence: it.confidence ?? 0,
              words: wordsOf(it).map((word) => {
                const speaker = speakerNumber(word.speaker ?? it.speaker, speakers)
                return {
                  word: plain(word.text),
                  start: seconds(word.start_ms),
                  end: seconds(word.end_ms),
                  confidence: word.confidence ?? it.confidence ?? 0,
                  punctuated_word: word.punctuated ?? word.text,
                  ...(speaker !== undefined && { speaker }),
                }
              }),
            },
          ],
        },
        metadata: { ...metadata, ...doubts() },
      }
    },
    speechStarted: (at_ms: number) => ({ type: 'SpeechStarted', channel: [0, 1], timestamp: seconds(at_ms) }),
    utteranceEnd: (at_ms: number) => ({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: seconds(at_ms) }),
    metadata: (it: { sha256: string; created: Date; duration_ms: number; channels: number }) => ({
      type: 'Metadata',
      transaction_key: 'deprecated',
      request_id,
      sha256: it.sha256,
      created: it.created.toISOString(),
      duration: seconds(it.duration_ms),
      channels: it.channels,
      ...doubts(),
    }),
  }
}
