import { useEffect, useState } from 'react'
import { type Microphone, type MicrophoneState, microphoneState, watchMicrophones } from '../../live/index.ts'

const key = 'mina.microphone'

export const rememberMicrophone = (id: string) => {
  try {
    localStorage.setItem(key, id)
  } catch {
    // Without storage it is asked anew the next time.
  }
}

/** The microphones that can be named, what was used last, and whether they may be used. */
export function useMicrophones() {
  const [all, setAll] = useState<Microphone[]>([])
  const [state, setState] = useState<MicrophoneState>('prompt')
  const [chosen, choose] = useState(() => localStorage.getItem(key) ?? '')
  useEffect(() => {
    void microphoneState().then(setState)
    return watchMicrophones(setAll)
  }, [])
  return {
    // Without a permission browsers tell that there are some, but not which.
    named: all.filter((it) => it.id && it.label),
    state,
    chosen: all.some((it) => it.id === chosen) ? chosen : '',
    choose(id: string) {
      rememberMicrophone(id)
      choose(id)
    },
  }
}
