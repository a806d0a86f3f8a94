import { fork, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

/**
 * The engine without Mina, as its documentation has it: ffmpeg, the voice detector, the measured cutting (pieces of up to 15 s), one decoding
 * process for each core. No checks, no guards, no order, no progress, no cancelling. Prints the text.
 */
interface Native {
  Vad: new (
    config: object,
    seconds: number,
  ) => {
    acceptWaveform(samples: Float32Array): void
    isEmpty(): boolean
    pop(): void
    front(external: boolean): { start: number; samples: Float32Array }
    flush(): void
  }
  OfflineRecognizer: new (
    config: object,
  ) => {
    createStream(): { acceptWaveform(wave: object): void }
    decode(stream: object): void
    getResult(stream: object): { text: string }
  }
}
const native = createRequire(import.meta.url)('sherpa-onnx-node') as Native
const modules = join(import.meta.dirname, '../../node_modules')
const model = join(modules, '@moonshine-ai/moonshine-js/dist/model/tiny/quantized')

if (process.send) child()
else await parent()

function child() {
  const recogniser = new native.OfflineRecognizer({
    featConfig: { sampleRate: 16_000, featureDim: 80 },
    modelConfig: {
      moonshine: {
        encoder: join(model, 'encoder_model.onnx'),
        mergedDecoder: join(model, 'decoder_model_merged.onnx'),
      },
      ...{ tokens: process.argv[2], numThreads: 1, provider: 'cpu', debug: 0 },
    },
  })
  process.on('message', (samples: Int16Array) => {
    const wave = Float32Array.from(samples, (it) => it / 32768)
    const stream = recogniser.createStream()
    stream.acceptWaveform({ samples: wave, sampleRate: 16_000 })
    recogniser.decode(stream)
    process.send!(recogniser.getResult(stream).text)
  })
}

async function parent() {
  const [path, tokens] = process.argv.slice(2) as [string, string]
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-i', path, '-ac', '1', '-ar', '16000', '-f', 's16le', 'pipe:1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const bytes: Buffer[] = []
  for await (const chunk of ffmpeg.stdout) bytes.push(chunk as Buffer)
  const whole = Buffer.concat(bytes)
  const pcm = new Int16Array(whole.buffer, whole.byteOffset, whole.length >> 1)
  const texts: string[] = []
  const queue: { index: number; samples: Int16Array }[] = []
  let cutting = true
  const workers = Array.from({ length: availableParallelism() }, () => {
    const worker = fork(import.meta.filename, [tokens], { serialization: 'advanced' })
    let index: number | undefined
    const next = () => {
      const job = queue.shift()
      index = job?.index
      if (job) worker.send(job.samples)
      else if (!cutting) worker.disconnect()
    }
    worker.on('message', (text: string) => {
      texts[index!] = text
      next()
    })
    return {
      wake: () => index === undefined && worker.connected && next(),
      ended: new Promise((done) => worker.once('exit', done)),
    }
  })
  let pieces = 0
  for (const [from, to] of cut(pcm)) {
    queue.push({ index: pieces++, samples: pcm.slice(from, to) })
    for (const { wake } of workers) wake()
    await new Promise((done) => setImmediate(done))
  }
  cutting = false
  for (const { wake } of workers) wake()
  await Promise.all(workers.map((worker) => worker.ended))
  process.stdout.write(texts.join(' '))
}

function* cut(pcm: Int16Array): Generator<[number, number]> {
  const sileroVad = {
    model: join(modules, '@ricky0123/vad-web/dist/silero_vad_v6.onnx'),
    threshold: 0.5,
    minSilenceDuration: 0.1,
    minSpeechDuration: 0.1,
    maxSpeechDuration: 60,
    windowSize: 512,
  }
  const vad = new native.Vad({ sileroVad, sampleRate: 16_000, numThreads: 1 }, 62)
  let open: [number, number] | undefined
  const add = function* (): Generator<[number, number]> {
    for (; !vad.isEmpty(); vad.pop()) {
      const { start, samples } = vad.front(false)
      const end = start + samples.length
      if (open && end - open[0] <= 240_000 && start - open[1] <= 32_000) open[1] = end
      else {
        if (open) yield [Math.max(0, open[0] - 3200), Math.min(open[1] + 3200, (open[1] + start) >> 1)]
        open = [start, end]
      }
    }
  }
  for (let at = 0; at + 512 <= pcm.length; at += 512) {
    vad.acceptWaveform(Float32Array.from(pcm.subarray(at, at + 512), (it) => it / 32768))
    yield* add()
  }
  vad.flush()
  yield* add()
  if (open) yield [Math.max(0, open[0] - 3200), open[1] + 3200]
}
