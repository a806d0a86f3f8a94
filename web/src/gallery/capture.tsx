import { useState } from 'react'
import {
  type Capture,
  capture,
  type Frame,
  indexedStore,
  isCaptureError,
  keepAwake,
  newRecording,
} from '../live/index.ts'
import { Button } from '../ui/button.tsx'

/** Two seconds of the microphone through the whole chain of this device: worklet, chunks, IndexedDB. */
export function Recording() {
  const [said, say] = useState('')
  const record = async () => {
    const store = await indexedStore('mina-gallery')
    const recording = newRecording({ user_id: 'gallery' })
    const frames: Frame[] = []
    const awake = await keepAwake()
    let running: Capture
    try {
      running = await capture({
        source: 'microphone',
        onFrame: (frame) => {
          void store.put(recording.id, { seq: frames.length, pcm: frame.pcm })
          frames.push(frame)
        },
      })
    } catch (failure) {
      return say(isCaptureError(failure) ? `refused: ${failure.refusal}` : String(failure))
    }
    await new Promise((resolve) => setTimeout(resolve, 2000))
    await running.stop()
    await awake.release()
    const kept = await store.read(recording.id, 0, 1000)
    const sizes = new Set(frames.slice(0, -1).map((it) => it.pcm.length))
    const loudest = Math.max(...frames.map((it) => it.level))
    say(`${frames.length} chunks of ${[...sizes]} bytes, ${kept.length} kept, loudest ${loudest.toFixed(3)}`)
    await store.remove(recording.id)
  }
  return (
    <section className="flex flex-wrap items-center gap-3">
      <Button look="line" onClick={() => void record()}>
        Record two seconds
      </Button>
      <output id="recorded">{said}</output>
    </section>
  )
}
