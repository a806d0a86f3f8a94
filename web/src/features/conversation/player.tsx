import { getAudio, getCompleteness, getPeaks, type Highlight, type Hue } from '@mina/contract'
import { useQuery } from '@tanstack/react-query'
import { ListEnd, Pause, Play, RotateCcw, RotateCw } from 'lucide-react'
import { useMemo } from 'react'
import { address } from '../../api/address.ts'
import { call } from '../../api/call.ts'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { type AudioPlayer, playerKey } from '../../ui/audio-player.ts'
import type { Span, Wholeness } from '../../ui/bars.ts'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useShortcuts } from '../../ui/shortcuts.ts'
import { Speed } from '../../ui/speed.tsx'
import { Waveform } from '../../ui/waveform.tsx'
import { conversationMessages } from './messages/index.ts'
import { conversationKey } from './query.ts'

export const audioAddress = (id: string) => address(getAudio.path, { id })

const empty: readonly never[] = []

interface PlayerProps {
  id: string
  player: AudioPlayer
  duration_ms: number
  voices: readonly (Span & { hue: Hue })[]
  highlights: readonly Highlight[]
  follows: boolean
  onFollow: (it: boolean) => void
  onRetry: () => void
  /** More will come: what is known of the sound is asked for again. */
  growing: boolean
}

/** As far as one goes back to hear a few words again. */
const step_ms = 2_000

function useSoundKeys(player: AudioPlayer) {
  const words = useWords(conversationMessages)
  const shared = useWords(shell)
  const group = shared('keys.sound')
  const key = (keys: string, label: string) => ({ keys, label, group, run: () => playerKey(keys)?.(player) })
  const whileWriting = (keys: string, label: string, run: () => void) => ({ keys, label, group, run, always: true })
  useShortcuts([
    key(' ', shared('keys.play')),
    key('k', shared('keys.play')),
    key('ArrowLeft', shared('keys.back')),
    key('ArrowRight', shared('keys.on')),
    key('j', words('player.back')),
    key('l', words('player.on')),
    // For hands that write, and for pedals, which send keys like these.
    whileWriting('F7', words('keys.rewind'), () => player.seek(player.position.now() - step_ms)),
    whileWriting('F8', words('keys.playWriting'), player.toggle),
    whileWriting('F9', words('keys.ahead'), () => player.seek(player.position.now() + step_ms)),
  ])
}

export function Player(props: PlayerProps) {
  const { id, player, duration_ms, voices, highlights, follows, onFollow } = props
  const words = useWords(conversationMessages)
  const shared = useWords(shell)
  useSoundKeys(player)
  const often = props.growing ? 5000 : false
  const peaks = useQuery({
    queryKey: [...conversationKey(id), 'peaks'],
    queryFn: ({ signal }) => call(getPeaks, { params: { id }, query: { points: 1200 }, signal }),
    staleTime: 10 * 60_000,
    refetchInterval: often,
    retry: 1,
  })
  const complete = useQuery({
    queryKey: [...conversationKey(id), 'completeness'],
    queryFn: ({ signal }) => call(getCompleteness, { params: { id }, signal }),
    staleTime: 60_000,
    refetchInterval: often,
  })
  const whole = useMemo<(Span & { kind: Wholeness })[] | undefined>(
    () => complete.data?.spans.map(({ start_ms, end_ms, state }) => ({ start_ms, end_ms, kind: state })),
    [complete.data],
  )
  const markers = useMemo(() => highlights.map((it) => ({ at_ms: it.start_ms })), [highlights])
  const failed = player.failed()
  return (
    <section className="player" aria-label={words('player.label')}>
      <div className="transport">
        <IconButton
          icon={RotateCcw}
          label={words('player.back')}
          keys="J"
          onClick={() => player.seek(player.position.now() - 10_000)}
        />
        <button
          type="button"
          className="play"
          aria-label={shared(player.playing() ? 'player.pause' : 'player.play')}
          disabled={failed}
          onClick={player.toggle}
        >
          <Icon of={player.playing() ? Pause : Play} className="solid" />
        </button>
        <IconButton
          icon={RotateCw}
          label={words('player.on')}
          keys="L"
          onClick={() => player.seek(player.position.now() + 10_000)}
        />
      </div>
      <Waveform
        peaks={peaks.data?.peaks ?? empty}
        duration_ms={duration_ms}
        voices={voices}
        whole={whole ?? empty}
        markers={markers}
        position={player.position}
        onSeek={player.seek}
        legend
        note={
          failed && (
            <span role="alert">
              {words('player.failed')}{' '}
              <button type="button" className="plain" onClick={props.onRetry}>
                {words('player.again')}
              </button>
            </span>
          )
        }
      />
      <div className="row">
        <Speed player={player} />
        <IconButton
          icon={ListEnd}
          label={words('player.follow')}
          className="opt"
          aria-pressed={follows}
          onClick={() => onFollow(!follows)}
        />
      </div>
    </section>
  )
}
