import { readFile } from 'node:fs/promises'
import type { Heard } from '../../streaming/voice.ts'
import type { Decoded, DiarizationFiles, EngineFiles, Operations, Reply, Request } from './messages.ts'
import { loadNative, type NativeResult, type Vad } from './native.ts'

/**
 * The process in which native code runs: an abort there ends this process and no other. Works through its requests one by one.
 */
const native = loadNative()
let decode: ((samples: Float32Array) => Promise<Decoded>) | undefined

const floats = (samples: Int16Array) => {
  const out = new Float32Array(samples.length)
  for (let at = 0; at < samples.length; at++) out[at] = samples[at]! / 32768
  return out
}

const decoded = (result: NativeResult, punctuate: (text: string) => string): Decoded => {
  const tokens = result.tokens ?? []
  const times = result.timestamps ?? []
  return {
    text: punctuate(result.text.trim()),
    tokens: tokens.length,
    ...(times.length > 0 && times.length === tokens.length
      ? { timed: tokens.map((text, index) => ({ text, start: times[index]! })) }
      : {}),
    ...(result.lang ? { language: result.lang } : {}),
  }
}

async function load({ kind, config, punctuation }: EngineFiles) {
  const marks = punctuation && new native.OfflinePunctuation({ model: { ctTransformer: punctuation, numThreads: 1 } })
  const punctuate = marks ? (text: string) => marks.addPunct(text) : (text: string) => text
  if (kind === 'offline') {
    const recogniser = await native.OfflineRecognizer.createAsync(config)
    decode = async (samples) => {
      const stream = recogniser.createStream()
      stream.acceptWaveform({ samples, sampleRate: 16_000 })
      return decoded(await recogniser.decodeAsync(stream), punctuate)
    }
    return
  }
  const recogniser = new native.OnlineRecognizer(config)
  decode = async (samples) => {
    const stream = recogniser.createStream()
    stream.acceptWaveform({ samples, sampleRate: 16_000 })
    // A streaming model needs what follows the last word before it gives it.
    stream.acceptWaveform({ samples: new Float32Array(8000), sampleRate: 16_000 })
    stream.inputFinished()
    while (recogniser.isReady(stream)) recogniser.decode(stream)
    return decoded(recogniser.getResult(stream), punctuate)
  }
}

const vadWindow = 512
interface VadStream {
  vad: Vad
  rest: Float32Array
}
let newVad: (() => Vad) | undefined
const idle: Vad[] = []
const streams = new Map<number, VadStream>()

const loadVad = (model: string) => {
  const sileroVad = {
    model,
    threshold: 0.5,
    minSilenceDuration: 0.1,
    minSpeechDuration: 0.1,
    maxSpeechDuration: 60,
    windowSize: vadWindow,
  }
  newVad = () => new native.Vad({ sileroVad, sampleRate: 16_000, numThreads: 1, debug: 0 }, 62)
  idle.push(newVad())
}

function feed(stream: VadStream, samples: Int16Array, flush: boolean): Heard {
  const { vad, rest } = stream
  const wave = new Float32Array(rest.length + samples.length)
  wave.set(rest)
  for (let at = 0, to = rest.length; at < samples.length; at++, to++) wave[to] = samples[at]! / 32768
  let at = 0
  // Window by window: the detector judges once for each call, however much it is given.
  for (; at + vadWindow <= wave.length; at += vadWindow) vad.acceptWaveform(wave.subarray(at, at + vadWindow))
  stream.rest = wave.slice(at)
  if (flush) vad.flush()
  const islands: Heard['islands'] = []
  for (; !vad.isEmpty(); vad.pop()) {
    const { start, samples: heard } = vad.front(false)
    islands.push({ start, end: start + heard.length })
  }
  return { islands, speaking: !flush && vad.isDetected() }
}

async function diarize({ segmentation, embedding, pcm }: DiarizationFiles & { pcm: string }) {
  const bytes = await readFile(pcm)
  const clustering = { numClusters: -1, threshold: 0.5 }
  const model = { segmentation: { pyannote: { model: segmentation } }, embedding: { model: embedding } }
  const diarization = new native.OfflineSpeakerDiarization({
    ...model,
    clustering,
    minDurationOn: 0.2,
    minDurationOff: 0.5,
  })
  const turns = diarization.process(floats(new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1)))
  return turns.map(({ start, end, speaker }) => ({
    start_ms: Math.round(start * 1000),
    end_ms: Math.round(end * 1000),
    speaker,
  }))
}

const work: { [Op in keyof Operations]: (ask: Operations[Op]['ask']) => Promise<Operations[Op]['answer']> } = {
  async load(files) {
    await load(files)
    return null
  },
  async decode({ samples }) {
    if (!decode) throw new Error('no model is loaded')
    const began = performance.now()
    const heard = await decode(floats(samples))
    return { ...heard, took_ms: performance.now() - began }
  },
  async 'vad.load'({ model }) {
    loadVad(model)
    return null
  },
  async 'vad.open'({ stream }) {
    if (!newVad) throw new Error('no voice detector is loaded')
    streams.set(stream, { vad: idle.pop() ?? newVad(), rest: new Float32Array(0) })
    return null
  },
  async 'vad.feed'({ stream, samples, flush }) {
    const it = streams.get(stream)
    if (!it) throw new Error('no such voice detector')
    return feed(it, samples, flush)
  },
  async 'vad.close'({ stream }) {
    const it = streams.get(stream)
    streams.delete(stream)
    if (it && idle.length < 4) {
      it.vad.reset()
      idle.push(it.vad)
    }
    return null
  },
  diarize,
}

let last: Promise<void> = Promise.resolve()
const send = (reply: Reply) => {
  if (process.connected) process.send?.(reply)
}

process.on('message', (request: Request) => {
  last = last.then(async () => {
    try {
      const run = work[request.op] as (ask: Request['ask']) => Promise<Operations[Request['op']]['answer']>
      send({ id: request.id, answer: await run(request.ask) })
    } catch (error) {
      send({ id: request.id, error: error instanceof Error ? error.message : 'failed' })
    }
  })
})
process.on('disconnect', () => process.exit(0))
// The terminal's Ctrl-C reaches the whole group; the parent decides when its children end.
process.on('SIGINT', () => {})
