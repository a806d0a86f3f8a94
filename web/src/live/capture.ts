import { type Frame, SAMPLE_RATE } from './framer.ts'
import workletAddress from './pcm.worklet.ts?worker&url'

export type Source = 'microphone' | 'shared' | 'both'

/** Why no sound could be had; the page explains each in its own words. */
export type Refusal = 'denied' | 'missing' | 'busy' | 'silent-share' | 'insecure' | 'unknown'

export interface CaptureError extends Error {
  name: 'CaptureError'
  refusal: Refusal
}

const captureError = (refusal: Refusal): CaptureError =>
  Object.assign(new Error(refusal), { name: 'CaptureError' as const, refusal })
export const isCaptureError = (it: unknown): it is CaptureError => it instanceof Error && it.name === 'CaptureError'

const reasons: Record<string, Refusal> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
}
export const refusalOf = (failure: unknown): Refusal =>
  isCaptureError(failure) ? failure.refusal : (reasons[(failure as DOMException)?.name] ?? 'unknown')

async function microphone(device?: string) {
  return navigator.mediaDevices.getUserMedia({
    audio: {
      ...(device && { deviceId: { exact: device } }),
      channelCount: 1,
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
    },
  })
}

/** The sound of a tab or of the system. Browsers insist on a picture too: it is stopped at once. */
async function shared() {
  const stream = await navigator.mediaDevices.getDisplayMedia({
    video: true,
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  })
  if (!stream.getAudioTracks().length) {
    for (const track of stream.getTracks()) track.stop()
    throw captureError('silent-share')
  }
  return stream
}

export interface Capture {
  pause: () => Promise<void>
  resume: () => Promise<void>
  /** Ends it; the last, shorter chunk has arrived when this resolves. */
  stop: () => Promise<void>
  /** Another microphone, without a gap in the numbers. */
  chooseMicrophone: (device: string) => Promise<void>
}

export interface CaptureOptions {
  source: Source
  device?: string
  onFrame: (frame: Frame) => void
  /** The microphone was pulled out, or sharing was ended in the browser's bar. */
  onEnded?: () => void
}

/** Sound as 16 kHz mono in numbered chunks: the context resamples, the worklet cuts. */
export async function capture({ source, device, onFrame, onEnded }: CaptureOptions): Promise<Capture> {
  if (!globalThis.isSecureContext || !navigator.mediaDevices) throw captureError('insecure')
  const streams: MediaStream[] = []
  const close = () => {
    for (const stream of streams) for (const track of stream.getTracks()) track.stop()
  }
  try {
    // The share first: it must follow the person's click, the microphone may follow the share.
    if (source !== 'microphone') streams.push(await shared())
    if (source !== 'shared') streams.push(await microphone(device))
    const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'balanced' })
    await context.audioWorklet.addModule(workletAddress)
    const recorder = new AudioWorkletNode(context, 'mina-recorder', {
      numberOfInputs: 1,
      numberOfOutputs: 1,
      channelCount: 1,
      channelCountMode: 'explicit',
      channelInterpretation: 'speakers',
    })
    // A node that leads nowhere may be left out by the browser; the silent output is heard by nobody.
    const nowhere = new GainNode(context, { gain: 0 })
    recorder.connect(nowhere).connect(context.destination)
    recorder.port.onmessage = ({ data }) => 'pcm' in data && onFrame(data)

    const join = (stream: MediaStream) => {
      const node = context.createMediaStreamSource(stream)
      node.connect(recorder)
      for (const track of stream.getAudioTracks()) track.addEventListener('ended', () => onEnded?.())
      return node
    }
    const nodes = streams.map(join)
    await context.resume()

    const tell = (what: 'pause' | 'resume' | 'stop') =>
      new Promise<void>((resolve) => {
        const heard = ({ data }: MessageEvent) => {
          if (data?.done !== what) return
          recorder.port.removeEventListener('message', heard)
          resolve()
        }
        recorder.port.addEventListener('message', heard)
        recorder.port.postMessage(what)
      })
    return {
      pause: () => tell('pause'),
      resume: () => tell('resume'),
      async stop() {
        await tell('stop')
        close()
        await context.close()
      },
      async chooseMicrophone(next) {
        const stream = await microphone(next)
        const old = streams.pop()
        nodes.pop()?.disconnect()
        for (const track of old?.getTracks() ?? []) track.stop()
        streams.push(stream)
        nodes.push(join(stream))
      },
    }
  } catch (failure) {
    close()
    throw captureError(refusalOf(failure))
  }
}
