import { getSharedAudio, getSharedPeaks, type Hue } from '@mina/contract'
import { Pause, Play } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { address } from '../../api/address.ts'
import { call } from '../../api/call.ts'
import { clock, useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { type AudioPlayer, playerKey } from '../../ui/audio-player.ts'
import { Icon } from '../../ui/icon.tsx'
import { useShortcuts } from '../../ui/shortcuts.ts'
import { Speed } from '../../ui/speed.tsx'
import { Waveform } from '../../ui/waveform.tsx'
import { shareMessages } from './messages/index.ts'
import type { Shared } from './shared.ts'

export const sharedAudio = (token: string) => address(getSharedAudio.path, { token })

const none: readonly number[] = []

/** The sound of a shared conversation, floating below the text. */
export function Dock({
  token,
  player,
  duration_ms,
  segments,
  hues,
}: {
  token: string
  player: AudioPlayer
  duration_ms: number
  segments: readonly Shared['segments'][number][]
  hues: ReadonlyMap<string, Hue>
}) {
  const words = useWords(shareMessages)
  const shared = useWords(shell)
  const [peaks, setPeaks] = useState(none)
  useEffect(() => {
    // Without a picture the slider still works.
    call(getSharedPeaks, { params: { token } }).then(
      (it) => setPeaks(it.peaks),
      () => undefined,
    )
  }, [token])
  const voices = useMemo(
    () =>
      segments.map(({ start_ms, end_ms, speaker }) => ({
        start_ms,
        end_ms,
        hue: (speaker && hues.get(speaker)) || (0 as Hue),
      })),
    [segments, hues],
  )
  const group = shared('keys.sound')
  const key = (keys: string, label: string) => ({ keys, label, group, run: () => playerKey(keys)?.(player) })
  useShortcuts([
    key(' ', shared('keys.play')),
    key('k', shared('keys.play')),
    key('j', shared('keys.backTen')),
    key('l', shared('keys.onTen')),
    key('ArrowLeft', shared('keys.back')),
    key('ArrowRight', shared('keys.on')),
  ])
  return (
    <section className="dock" aria-label={words('page.player')}>
      <button
        type="button"
        className="play"
        aria-label={shared(player.playing() ? 'player.pause' : 'player.play')}
        onClick={player.toggle}
      >
        <Icon of={player.playing() ? Pause : Play} className="solid" />
      </button>
      <Waveform
        peaks={peaks}
        duration_ms={duration_ms}
        voices={voices}
        position={player.position}
        onSeek={player.seek}
      />
      <Clock player={player} duration_ms={duration_ms} />
      <Speed player={player} />
    </section>
  )
}

function Clock({ player, duration_ms }: { player: AudioPlayer; duration_ms: number }) {
  const [second, set] = useState(0)
  useEffect(() => player.position.subscribe(() => set(Math.floor(player.position.now() / 1000))), [player])
  return (
    <span className="num at">
      {clock(second * 1000)} <span>/ {clock(duration_ms)}</span>
    </span>
  )
}
