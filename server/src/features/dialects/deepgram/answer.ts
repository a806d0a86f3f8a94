import { randomUUID } from 'node:crypto'
import type { Transcript, Utterance } from '../../../speech/port.ts'
import { version } from '../../../version.ts'
import { confidenceOf, paragraphsOf, type SpokenWord, seconds, wordsOf } from '../../transcriptions/index.ts'
import { modelId } from '../models.ts'
import type { ListenOptions } from './options.ts'

/** What only the request knows. */
export interface Heard {
  request_id: string
  sha256: string
  created: string
  transcript: Transcript
  /** Of the recording. */
  channels: number
  options: Pick<
    ListenOptions,
    | 'punctuate'
    | 'paragraphs'
    | 'utterances'
    | 'uttSplit_ms'
    | 'diarize'
    | 'multichannel'
    | 'detectLanguage'
    | 'tags'
    | 'extra'
  >
}

/** Deepgram counts speakers from 0, in the order in which they are first heard. */
function speakerNumbers() {
  const numbers = new Map<string, number>()
  return (speaker: string | undefined) => {
    const name = speaker ?? ''
    const number = numbers.get(name) ?? numbers.size
    numbers.set(name, number)
    return number
  }
}

type Numbered = ReturnType<typeof speakerNumbers>

const wordAnswer = (word: SpokenWord, { punctuate, diarize }: Heard['options'], numberOf: Numbered) => ({
  word: word.bare.toLowerCase(),
  start: seconds(word.start_ms),
  end: seconds(word.end_ms),
  confidence: word.confidence ?? 0,
  ...(punctuate && { punctuated_word: word.written }),
  ...(diarize && { speaker: numberOf(word.speaker), speaker_confidence: 0 }),
})

/** Without punctuation the original writes bare words in small letters. */
const textOf = (words: readonly SpokenWord[], punctuate: boolean) =>
  words.map((word) => (punctuate ? word.written : word.bare.toLowerCase())).join(' ')

const paragraphAnswer = (utterances: readonly Utterance[], diarize: boolean, numberOf: Numbered) => {
  // Names are Mina's; here speakers are numbers, also in the text.
  const numbered = utterances.map((it) => ({ ...it, speaker: diarize ? `Speaker ${numberOf(it.speaker)}` : undefined }))
  const { transcript, paragraphs } = paragraphsOf(numbered)
  return {
    transcript: `\n${transcript}`,
    paragraphs: paragraphs.map(({ speaker, ...rest }) => ({
      ...rest,
      ...(speaker !== undefined && { speaker: Number(speaker.slice('Speaker '.length)) }),
    })),
  }
}

function channelAnswer(utterances: readonly Utterance[], heard: Heard, numberOf: Numbered) {
  const { options, transcript } = heard
  const words = utterances.flatMap(wordsOf)
  return {
    alternatives: [
      {
        transcript: textOf(words, options.punctuate),
        confidence: confidenceOf(utterances) ?? 0,
        words: words.map((word) => wordAnswer(word, options, numberOf)),
        ...(options.paragraphs && { paragraphs: paragraphAnswer(utterances, options.diarize, numberOf) }),
      },
    ],
    ...(options.detectLanguage &&
      transcript.language !== null && { detected_language: transcript.language, language_confidence: 0 }),
  }
}

/** Words between two silences, or two speakers. */
function spans(words: readonly SpokenWord[], split_ms: number): SpokenWord[][] {
  const found: SpokenWord[][] = []
  for (const word of words) {
    const open = found.at(-1)
    const last = open?.at(-1)
    if (open && last && word.start_ms - last.end_ms < split_ms && word.speaker === last.speaker) open.push(word)
    else found.push([word])
  }
  return found
}

const utterancesAnswer = (channels: readonly Utterance[][], { options }: Heard, numberOf: Numbered) =>
  channels
    .flatMap((utterances, channel) =>
      spans(utterances.flatMap(wordsOf), options.uttSplit_ms).map((words) => ({
        start: seconds(words[0]!.start_ms),
        end: seconds(words.at(-1)!.end_ms),
        confidence: confidenceOf(words) ?? 0,
        channel,
        transcript: textOf(words, options.punctuate),
        words: words.map((word) => wordAnswer(word, options, numberOf)),
        ...(options.diarize && { speaker: numberOf(words[0]!.speaker) }),
        id: randomUUID(),
      })),
    )
    .sort((one, other) => one.start - other.start)

/** One list for each channel that was heard by itself; one of all where channels were not told apart. */
function channelsOf({ transcript: { utterances }, options, channels }: Heard): Utterance[][] {
  if (!options.multichannel) return [utterances]
  return Array.from({ length: channels }, (_, index) => utterances.filter(({ channel }) => (channel ?? 0) === index))
}

/** The whole answer as Deepgram gives it. Numbers that no engine told are 0. */
export function listenAnswer(heard: Heard) {
  const { transcript, options, request_id, sha256, created } = heard
  const channels = channelsOf(heard)
  const numberOf = speakerNumbers()
  const id = modelId(transcript.model)
  const { tags, extra } = options
  return {
    metadata: {
      transaction_key: 'deprecated',
      request_id,
      sha256,
      created,
      duration: seconds(transcript.duration_ms),
      channels: channels.length,
      models: [id],
      model_info: { [id]: { name: transcript.model, version, arch: transcript.engine } },
      ...(tags.length > 0 && { tags }),
      ...(Object.keys(extra).length > 0 && { extra }),
      ...(transcript.warnings.length > 0 && {
        warnings: transcript.warnings.map(({ code, message }) => ({ parameter: code, type: 'warning', message })),
      }),
    },
    results: {
      channels: channels.map((utterances) => channelAnswer(utterances, heard, numberOf)),
      ...(options.utterances && { utterances: utterancesAnswer(channels, heard, numberOf) }),
    },
  }
}

export type ListenAnswer = ReturnType<typeof listenAnswer>
