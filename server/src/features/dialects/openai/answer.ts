import { deflateSync } from 'node:zlib'
import type { Transcript, Utterance } from '../../../speech/port.ts'
import { subtitles, toSrt, toVtt } from '../../documents/index.ts'
import { bareWord, seconds, textOf, wordsOf } from '../../transcriptions/index.ts'
import type { Asked, Format } from './fields.ts'

const names = new Intl.DisplayNames(['en'], { type: 'language' })

/** As Whisper names languages: in English, in small letters. */
export function languageName(tag: string | null): string {
  if (tag === null) return 'unknown'
  try {
    return (names.of(tag.split(/[-_]/)[0] ?? tag) ?? tag).toLowerCase()
  } catch {
    return 'unknown'
  }
}

const round = (value: number) => Math.round(value * 1e4) / 1e4

/** How often a text repeats itself, which Whisper's clients read as a sign of a loop. */
const compressionOf = (text: string) => {
  const bytes = Buffer.from(text)
  return bytes.length === 0 ? 0 : round(bytes.length / deflateSync(bytes).length)
}

/** All ten members are there; what an engine does not tell is 0 or empty. */
const segmentOf = ({ text, start_ms, end_ms, confidence }: Utterance, id: number, temperature: number) => ({
  id,
  seek: Math.round(start_ms / 10),
  start: seconds(start_ms),
  end: seconds(end_ms),
  text: ` ${text}`,
  tokens: [],
  temperature,
  avg_logprob: confidence ? round(Math.log(confidence)) : 0,
  compression_ratio: compressionOf(text),
  no_speech_prob: 0,
})

export const usageOf = ({ duration_ms }: Transcript) => ({ type: 'duration', seconds: Math.ceil(duration_ms / 1000) })

/** A, B, C … in the order in which they are first heard. */
export function speakerLetters() {
  const letters = new Map<string, string>()
  return (speaker: string | undefined) => {
    const name = speaker ?? ''
    const known = letters.get(name)
    if (known) return known
    const index = letters.size
    const letter = index < 26 ? String.fromCharCode(65 + index) : `S${index + 1}`
    letters.set(name, letter)
    return letter
  }
}

export const diarizedSegment = ({ start_ms, end_ms, text }: Utterance, index: number, speaker: string) => ({
  type: 'transcript.text.segment',
  id: `seg_${String(index + 1).padStart(3, '0')}`,
  start: seconds(start_ms),
  end: seconds(end_ms),
  text,
  speaker,
})

const cuesOf = ({ utterances, duration_ms }: Transcript) => subtitles(utterances, { length_ms: duration_ms })

type Shape = (transcript: Transcript, asked: Pick<Asked, 'granularities' | 'temperature'>, task: string) => unknown

const plain = (type: string, body: string) => ({ type, body })

const shapes: Record<Format, Shape> = {
  json: (transcript) => ({ text: textOf(transcript.utterances), usage: usageOf(transcript) }),
  text: ({ utterances }) => plain('text/plain; charset=utf-8', `${textOf(utterances)}\n`),
  srt: (transcript) => plain('text/plain; charset=utf-8', toSrt(cuesOf(transcript))),
  vtt: (transcript) => plain('text/plain; charset=utf-8', toVtt(cuesOf(transcript), { voices: false })),
  verbose_json: (transcript, { granularities, temperature = 0 }, task) => ({
    task,
    language: languageName(transcript.language),
    duration: seconds(transcript.duration_ms),
    text: textOf(transcript.utterances),
    ...(granularities.has('segment') && {
      segments: transcript.utterances.map((it, id) => segmentOf(it, id, temperature)),
    }),
    ...(granularities.has('word') && {
      words: transcript.utterances.flatMap(wordsOf).map(({ written, start_ms, end_ms }) => ({
        word: bareWord(written),
        start: seconds(start_ms),
        end: seconds(end_ms),
      })),
    }),
    usage: usageOf(transcript),
  }),
  diarized_json: (transcript, _, task) => {
    const letter = speakerLetters()
    return {
      task,
      duration: seconds(transcript.duration_ms),
      text: textOf(transcript.utterances),
      segments: transcript.utterances.map((it, index) => diarizedSegment(it, index, letter(it.speaker))),
      usage: usageOf(transcript),
    }
  },
}

/** The transcript in the format that was asked for: an object for JSON, else a file. */
export const answerOf = (
  transcript: Transcript,
  asked: Pick<Asked, 'format' | 'granularities' | 'temperature'>,
  task: 'transcribe' | 'translate' = 'transcribe',
) => shapes[asked.format](transcript, asked, task) as Record<string, unknown>
