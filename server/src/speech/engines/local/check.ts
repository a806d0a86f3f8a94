import { decode } from '../../../audio/decode.ts'
import { sampleClip } from './built-in.ts'
import type { Decoded } from './messages.ts'

const clipSeconds = 3.2

async function readSound(): Promise<Int16Array> {
  const samples = new Int16Array(clipSeconds * 16_000)
  let filled = 0
  for await (const block of decode(sampleClip, { to_ms: clipSeconds * 1000 })) {
    samples.set(block.subarray(0, samples.length - filled), filled)
    filled += Math.min(block.length, samples.length - filled)
  }
  return samples
}

let sound: Promise<Int16Array> | undefined

/** Read once; who asks while a model loads does not wait for it afterwards. */
export function knownSound(): Promise<Int16Array> {
  sound ??= readSound()
  sound.catch(() => {
    sound = undefined
  })
  return sound
}

/**
 * A model with two files swapped loads and hears nothing, so each model proves itself on a known sound before it is trusted. Gives the CPU
 * time that a second of audio costs here, roughly: it was measured on a machine that may be busy.
 */
export async function provedOnKnownSound(recognise: (samples: Int16Array) => Promise<Decoded>): Promise<number> {
  const samples = await knownSound()
  const began = performance.now()
  const { text } = await recognise(samples)
  if (!/\b(welcome|listen|meetings)\b/i.test(text)) throw new Error('the model does not recognise the known sound')
  return (performance.now() - began) / 1000 / clipSeconds
}
