import { framer } from './framer.ts'

/** Runs on the audio thread; sends a chunk every 100 ms. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void

class Recorder extends AudioWorkletProcessor {
  readonly cut = framer(({ pcm, level }) => this.port.postMessage({ pcm, level }, [pcm.buffer]))
  running = true

  constructor() {
    super()
    this.port.onmessage = ({ data }) => {
      if (data === 'flush' || data === 'pause' || data === 'stop') this.cut.flush()
      if (data === 'pause' || data === 'stop') this.running = false
      if (data === 'resume') this.running = true
      this.port.postMessage({ done: data })
    }
  }

  process([input]: Float32Array[][]) {
    const channel = input?.[0]
    if (this.running && channel) this.cut.push(channel)
    return true
  }
}

registerProcessor('mina-recorder', Recorder)
