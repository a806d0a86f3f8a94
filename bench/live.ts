import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { decode } from '../server/src/audio/decode.ts'
import { writeWav } from '../server/src/audio/wav.ts'
import { createLog } from '../server/src/platform/log.ts'
import { createLocalRecogniser } from '../server/src/speech/engines/local/index.ts'
import { processorSeconds } from './speech/processor.ts'
import { synthesise, wordErrors } from './speech/talk.ts'

/**
 * Live streams on the embedded engine, each fed in real time with its own part of a synthesised talk:
 * `node bench/live.ts [streams,…] [seconds] [without interims: 0]`.
 */
const counts = (process.argv[2] ?? '1,5,10').split(',').map(Number)
const seconds = Number(process.argv[3] ?? 40)
const interim = process.argv[4] !== '0'

const CHUNK = 1_600
const CHUNK_MS = 100

const at = (values: readonly number[], share: number) =>
  values.length === 0 ? Number.NaN : values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)]!
const shown = (values: readonly number[]) => `p50 ${Math.round(at(values, 0.5))} p95 ${Math.round(at(values, 0.95))} ms`

const folder = await mkdtemp(join(tmpdir(), 'mina-live-bench-'))
const local = createLocalRecogniser({ modelsDir: folder, cacheDir: folder, log: createLog('error') })

interface Heard {
  /** After a pause; and those of long speech, cut at its last breath or where it is quietest. */
  finals: number[]
  cuts: number[]
  interims: number[]
  text: string
  gaps: number
}

/** One speaker. An event is as old as the time since its last sample was sent. */
async function listen(sound: Int16Array, delay_ms: number): Promise<Heard> {
  await pause(delay_ms)
  const heard: Heard = { finals: [], cuts: [], interims: [], text: '', gaps: 0 }
  const stream = await local.stream!({ sampleRate: 16_000, interim, words: true, language: 'en' })
  const began = performance.now()
  const reading = (async () => {
    for await (const event of stream) {
      if (event.type === 'interim' || event.type === 'final') {
        const age = performance.now() - began - event.utterance.end_ms
        heard[event.type === 'interim' ? 'interims' : event.speech_final ? 'finals' : 'cuts'].push(age)
        if (event.type === 'final') heard.text += ` ${event.utterance.text}`
      } else if (event.type === 'warning') heard.gaps += 1
    }
  })()
  for (let from = 0; from < sound.length; from += CHUNK) {
    await pause(Math.max(0, began + ((from + CHUNK) / CHUNK) * CHUNK_MS - performance.now()))
    stream.write(sound.subarray(from, from + CHUNK))
  }
  await stream.finish()
  await reading
  return heard
}

/** What the same engine makes of the same sound in one piece: words that a stream loses or doubles show against it. */
async function wholePass(sound: Int16Array, index: number): Promise<string> {
  const path = join(folder, `part-${index}.wav`)
  const { duration_ms } = await writeWav(path, [sound])
  const recording = { path, duration_ms, channels: 1, size: sound.byteLength, name: 'part.wav' }
  const { utterances } = await local.transcribe(recording, { language: 'en' })
  return utterances.map((it) => it.text).join(' ')
}
const wordsIn = (texts: readonly string[]) => texts.join(' ').split(/\s+/).filter(Boolean).length

try {
  const path = join(folder, 'talk.mp3')
  await synthesise(path, (Math.max(...counts) * 7 + seconds) / 60, folder)
  const blocks: Int16Array[] = []
  for await (const block of decode(path)) blocks.push(Int16Array.from(block))
  const talk = new Int16Array(blocks.reduce((sum, it) => sum + it.length, 0))
  let end = 0
  for (const block of blocks) {
    talk.set(block, end)
    end += block.length
  }
  // Cold starts are measured elsewhere.
  await local.warm()
  for (const count of counts) {
    const parts = Array.from({ length: count }, (_, index) =>
      talk.slice(index * 7 * 16_000, (index * 7 + seconds) * 16_000),
    )
    const references = await Promise.all(parts.map(wholePass))
    const before = await processorSeconds(process.pid)
    const load = loadavg()[0]!
    const heard = await Promise.all(parts.map((part, index) => listen(part, (index * 730) % 5_000)))
    const spent = (await processorSeconds(process.pid)) - before
    const finals = heard.flatMap((it) => it.finals)
    const cuts = heard.flatMap((it) => it.cuts)
    const differ = heard.map((it, index) => wordErrors(references[index]!, it.text))
    const gaps = heard.reduce((sum, it) => sum + it.gaps, 0)
    console.log(
      `${count} streams (load before ${load.toFixed(1)}, after ${loadavg()[0]!.toFixed(1)}): finals ${shown(finals)} (${finals.length}), ` +
        `cut in mid-speech ${shown(cuts)} (${cuts.length}), ` +
        `interims ${shown(heard.flatMap((it) => it.interims))} (${heard.flatMap((it) => it.interims).length}), ` +
        `CPU ${(spent / (count * seconds)).toFixed(3)} s a second, words ${wordsIn(heard.map((it) => it.text))} of ${wordsIn(references)} in one pass, ` +
        `${((differ.reduce((sum, it) => sum + it, 0) / count) * 100).toFixed(1)} % differ, gaps ${gaps}`,
    )
  }
} finally {
  await local.close()
  await rm(folder, { recursive: true, force: true })
}
