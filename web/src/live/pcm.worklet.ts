import { framer } from './framer.ts'
import { resampler } from './resampler.ts'

/** Runs on the audio thread; sends a chunk every 100 ms. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void
/** Of the context. */
declare const sampleRate: number

class Recorder extends AudioWorkletProcessor {
  readonly cut = framer(({ pcm, level }) => this.port.postMessage({ pcm, level }, [pcm.buffer]))
  readonly convert = resampler(sampleRate)
  running = true

  constructor() {
    super()
    this.port.onmessage = ({ data }) => {
      if (data === 'pause' || data === 'stop') this.cut.flush()
      if (data === 'pause' || data === 'stop') this.running = false
      if (data === 'resume') this.running = true
      this.port.postMessage({ done: data })
    }
  }

  process([input]: Float32Array[][]) {
    const channel = input?.[0]
    if (this.running && channel) this.cut.push(this.convert(channel))
    return true
  }
}

registerProcessor('mina-recorder', Recorder)
