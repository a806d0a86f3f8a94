export interface Microphone {
  id: string
  /** Empty until the person has allowed the microphone once: browsers keep the names back. */
  label: string
}

export type MicrophoneState = 'granted' | 'denied' | 'prompt' | 'impossible'

const media = () => (typeof navigator === 'undefined' ? undefined : navigator.mediaDevices)

/** `impossible`: plain http from another machine, or a browser without microphones. */
export async function microphoneState(): Promise<MicrophoneState> {
  if (!media()?.getUserMedia) return 'impossible'
  try {
    return (await navigator.permissions.query({ name: 'microphone' })).state
  } catch {
    return 'prompt'
  }
}

export const canShareSound = () => typeof media()?.getDisplayMedia === 'function'

export async function microphones(): Promise<Microphone[]> {
  const all = (await media()?.enumerateDevices()) ?? []
  return all
    .filter((it) => it.kind === 'audioinput' && it.deviceId !== 'communications')
    .map((it) => ({ id: it.deviceId, label: it.label }))
}

/** Calls whenever a microphone is plugged in, pulled out, or named. */
export function watchMicrophones(changed: (all: Microphone[]) => void) {
  const look = () => void microphones().then(changed)
  look()
  media()?.addEventListener('devicechange', look)
  return () => media()?.removeEventListener('devicechange', look)
}
