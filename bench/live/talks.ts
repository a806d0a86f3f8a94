import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { decode } from '../../server/src/audio/decode.ts'
import { say, sentencePicker, usual } from '../speech/talk.ts'

const RATE = 16_000
const PAUSES_MS = [150, 300, 500, 800, 1_500]
/** Below this a sample is silence: the voices end in some of it. */
const SILENT = 300

export interface Sentence {
  text: string
  /** Where it is heard, in milliseconds of the talk. */
  start_ms: number
  end_ms: number
}

export interface Talk {
  sound: Int16Array
  sentences: Sentence[]
}

interface Spoken {
  text: string
  samples: Int16Array
}

/** The same sentences each time, by four voices. */
async function sentenceBank(folder: string, size: number): Promise<Spoken[]> {
  await mkdir(folder, { recursive: true })
  const sentence = sentencePicker(5)
  const bank: Spoken[] = []
  for (let at = 0; at < size; at += 1) {
    const text = sentence()
    const path = join(folder, `${at}.wav`)
    await say(text, usual[at % usual.length]!, path)
    const blocks: number[] = []
    for await (const block of decode(path)) blocks.push(...block)
    bank.push({ text, samples: audible(Int16Array.from(blocks)) })
  }
  return bank
}

const audible = (samples: Int16Array) => {
  const loud = (it: number) => Math.abs(it) > SILENT
  return samples.slice(Math.max(0, samples.findIndex(loud)), samples.findLastIndex(loud) + 1)
}

/** Talks of one speaker each, with pauses as people make them; what is said, and when, is known. */
export async function talks(folder: string, count: number, seconds: number): Promise<Talk[]> {
  const bank = await sentenceBank(folder, 48)
  return Array.from({ length: count }, (_, speaker) => talkOf(bank, speaker, seconds))
}

function talkOf(bank: readonly Spoken[], speaker: number, seconds: number): Talk {
  // A little noise, as every microphone has.
  const sound = Int16Array.from({ length: seconds * RATE }, (_, at) => ((at * 7_919) % 13) - 6)
  const mine = bank.filter((_, at) => at % usual.length === speaker % usual.length)
  const sentences: Sentence[] = []
  let at = RATE / 2
  for (let turn = 0; ; turn += 1) {
    const { text, samples } = mine[(speaker * 5 + turn * 7) % mine.length]!
    if (at + samples.length + RATE / 2 > sound.length) break
    sound.set(samples, at)
    sentences.push({ text, start_ms: at / 16, end_ms: (at + samples.length) / 16 })
    at += samples.length + PAUSES_MS[(speaker + turn * 3) % PAUSES_MS.length]! * 16
  }
  return { sound, sentences }
}
