import { type Frame, SAMPLE_RATE } from './framer.ts'
import workletAddress from './pcm.worklet.ts?worker&url'
import { captureError, refusalOf } from './refusal.ts'

export type Source = 'microphone' | 'shared' | 'both'

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

/** What sound comes from; a recording has one of them or both. */
export type Origin = 'microphone' | 'shared'

export interface Capture {
  pause: () => Promise<void>
  resume: () => Promise<void>
  /** Ends it; the last, shorter chunk has arrived when this resolves. */
  stop: () => Promise<void>
  /** Another microphone, without a gap in the numbers. */
  chooseMicrophone: (device: string) => Promise<void>
  /** Opens what went silent once more; asks for it where the browser wants that. */
  again: () => Promise<void>
}

export interface CaptureOptions {
  source: Source
  device?: string
  onFrame: (frame: Frame) => void
  /** The microphone was pulled out, sharing was ended in the browser's bar, or the system took the sound away. */
  onLost?: (origin: Origin) => void
}

const close = (stream: MediaStream | undefined) => {
  for (const track of stream?.getTracks() ?? []) track.stop()
}

/** At the rate of the recording where the browser converts; Firefox does not, there the worklet does. */
function openContext(stream: MediaStream) {
  const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'balanced' })
  try {
    context.createMediaStreamSource(stream).disconnect()
    return context
  } catch (failure) {
    if ((failure as DOMException).name !== 'NotSupportedError') throw failure
    void context.close()
    return new AudioContext({ latencyHint: 'balanced' })
  }
}

/** The node that cuts sound into chunks, and the three words it understands. */
async function openRecorder(context: AudioContext, onFrame: (frame: Frame) => void) {
  await context.audioWorklet.addModule(workletAddress)
  const node = new AudioWorkletNode(context, 'mina-recorder', {
    numberOfInputs: 1,
    numberOfOutputs: 1,
    channelCount: 1,
    channelCountMode: 'explicit',
    channelInterpretation: 'speakers',
  })
  // A node that leads nowhere may be left out by the browser; the silent output is heard by nobody.
  node.connect(new GainNode(context, { gain: 0 })).connect(context.destination)
  node.port.onmessage = ({ data }) => 'pcm' in data && onFrame(data)
  const tell = (what: 'pause' | 'resume' | 'stop') =>
    new Promise<void>((resolve) => {
      const heard = ({ data }: MessageEvent) => {
        if (data?.done !== what) return
        node.port.removeEventListener('message', heard)
        resolve()
      }
      node.port.addEventListener('message', heard)
      node.port.postMessage(what)
    })
  return { node, tell }
}

/** Sound as 16 kHz mono in numbered chunks. */
export async function capture({ source, device, onFrame, onLost }: CaptureOptions): Promise<Capture> {
  if (!globalThis.isSecureContext || !navigator.mediaDevices) throw captureError('insecure')
  const streams = new Map<Origin, MediaStream>()
  const closeAll = () => [...streams.values()].forEach(close)
  try {
    // The share first: it must follow the person's click, the microphone may follow the share.
    if (source !== 'microphone') streams.set('shared', await shared())
    if (source !== 'shared') streams.set('microphone', await microphone(device))
    const context = openContext([...streams.values()][0] as MediaStream)
    const { node, tell } = await openRecorder(context, onFrame)
    const inputs = new Map<Origin, AudioNode>()
    const join = (origin: Origin, stream: MediaStream) => {
      const input = context.createMediaStreamSource(stream)
      inputs.get(origin)?.disconnect()
      close(streams.get(origin) === stream ? undefined : streams.get(origin))
      input.connect(node)
      inputs.set(origin, input)
      streams.set(origin, stream)
      for (const track of stream.getAudioTracks()) track.addEventListener('ended', () => onLost?.(origin))
    }
    for (const [origin, stream] of streams) join(origin, stream)
    await context.resume()
    // A call on a phone takes the sound away from the page.
    context.addEventListener('statechange', () => {
      if (context.state !== 'running' && context.state !== 'closed') onLost?.([...streams.keys()][0] as Origin)
    })
    const isOver = (stream: MediaStream | undefined) => stream?.getAudioTracks().some((it) => it.readyState === 'ended')
    return {
      pause: () => tell('pause'),
      resume: () => tell('resume'),
      async stop() {
        await tell('stop')
        closeAll()
        await context.close()
      },
      chooseMicrophone: async (next) => join('microphone', await microphone(next)),
      async again() {
        if (isOver(streams.get('shared'))) join('shared', await shared())
        if (isOver(streams.get('microphone'))) join('microphone', await microphone())
        await context.resume()
      },
    }
  } catch (failure) {
    closeAll()
    throw captureError(refusalOf(failure))
  }
}
