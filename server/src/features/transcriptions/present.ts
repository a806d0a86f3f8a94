import type { PlatformTranscript } from '@mina/contract'
import type { z } from 'zod'
import type { Transcript, Utterance } from '../../speech/port.ts'
import { paragraphsOf } from './paragraphs.ts'
import { confidenceOf, seconds, sentencesIn, textOf, wordsOf } from './spoken.ts'

export interface Asked {
  language: string
  diarize: boolean
  /** By their voices or by their channels. */
  speakers: boolean
  paragraphs: boolean
  words: boolean
}

export const linesOf = (utterances: readonly Utterance[]) =>
  utterances.flatMap(sentencesIn).map(({ text, speaker, start_ms, end_ms }) => ({
    text,
    ...(speaker !== undefined && { speaker }),
    start: seconds(start_ms),
    end: seconds(end_ms),
  }))

export const segmentsOf = (utterances: readonly Utterance[]) =>
  utterances.map(({ text, speaker, start_ms, end_ms, confidence }) => ({
    text,
    start: seconds(start_ms),
    end: seconds(end_ms),
    ...(speaker !== undefined && { speaker }),
    confidence,
  }))

export const warningsOf = ({ warnings }: Transcript) => warnings.map(({ code, message }) => ({ code, message }))

const timedWords = (utterances: readonly Utterance[]) =>
  utterances.flatMap(wordsOf).map(({ bare, written, start_ms, end_ms, confidence, speaker }) => ({
    word: bare.toLowerCase(),
    start: seconds(start_ms),
    end: seconds(end_ms),
    confidence,
    punctuated_word: written,
    ...(speaker !== undefined && { speaker }),
  }))

/** What one engine made of a recording, as the Platform API tells it. */
export function platformTranscript(transcript: Transcript, asked: Asked): z.input<typeof PlatformTranscript> {
  const { utterances } = transcript
  const speakers = new Set(utterances.flatMap(({ speaker }) => speaker ?? []))
  return {
    transcript: textOf(utterances),
    confidence: confidenceOf(utterances),
    language: transcript.language,
    duration: seconds(transcript.duration_ms),
    ...(asked.words && { words: timedWords(utterances) }),
    ...(asked.paragraphs && { paragraphs: paragraphsOf(utterances) }),
    ...(asked.speakers && { diarization: { speakers_detected: speakers.size, segments: segmentsOf(utterances) } }),
    formatted_transcript_array: linesOf(utterances),
    processing_info: {
      service: transcript.engine,
      model_used: transcript.model,
      language_requested: asked.language,
      diarization_enabled: asked.diarize,
      paragraphs_enabled: asked.paragraphs,
    },
    processing_method: transcript.chunks > 1 ? 'chunked' : 'single',
    total_chunks: transcript.chunks,
    warnings: warningsOf(transcript),
  }
}
