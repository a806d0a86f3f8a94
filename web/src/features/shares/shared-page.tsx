import { Suspense, useEffect, useMemo } from 'react'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { useAudioPlayer } from '../../ui/audio-player.ts'
import { Avatar, hueClass } from '../../ui/avatar.tsx'
import { useMediaKeys } from '../../ui/media-keys.ts'
import { useHeard } from '../conversation/following.ts'
import { layered, placeOf } from '../conversation/pieces.ts'
import { huesOf } from '../conversation/voices.ts'
import { Comments } from './comments.tsx'
import { Dock, sharedAudio } from './dock.tsx'
import { useLiveWords } from './live-words.ts'
import { shareMessages } from './messages/index.ts'
import type { Shared } from './shared.ts'

/** `#t=90`: the second that was shared. */
const startOf = (hash: string) => {
  const found = /(?:^#|&)t=(\d+)/.exec(hash)?.[1]
  return found === undefined ? null : Number(found) * 1000
}

/** Title, date, reading column, sound; nothing else. */
export function SharedPage({ token, opened }: { token: string; opened: Shared }) {
  const words = useWords(shareMessages)
  const say = useFormats()
  const { conversation, segments, highlights, can_listen, can_comment } = useLiveWords(token, opened)
  const live = conversation.status === 'live'
  const hues = useMemo(() => huesOf(segments), [segments])
  const duration = Math.max(conversation.duration_s * 1000, segments.at(-1)?.end_ms ?? 0)
  const player = useAudioPlayer(can_listen && !live ? sharedAudio(token) : null, duration)
  useMediaKeys(player, conversation.title)
  const heard = useHeard(player, segments)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, and not again for every word that arrives
  useEffect(() => {
    const at = startOf(location.hash)
    const first = at !== null && segments.findLast((it) => it.start_ms <= at + 20)
    if (first) document.getElementById(`at-${first.id}`)?.scrollIntoView({ block: 'center' })
  }, [])
  useEffect(() => {
    const at = startOf(location.hash)
    if (at !== null) player?.seek(at)
  }, [player])
  return (
    <div className={`share ${player ? 'with-sound' : ''}`}>
      <header className="share-top">
        <span>{words('page.top')}</span>
        <span>{words('page.free')}</span>
      </header>
      <main>
        <header className="share-head">
          <h1 dir="auto">{conversation.title}</h1>
          <p className="meta">
            <time dateTime={conversation.created_at}>{say.date(conversation.created_at)}</time>
            {duration > 0 && <span>{say.duration(duration)}</span>}
            {hues.size > 0 && (
              <span dir="auto">
                {hues.size > 3 ? words('page.speakers', { count: hues.size }) : say.list([...hues.keys()])}
              </span>
            )}
            {live && (
              <span className="live-now">
                <span className="dot" />
                {words('page.live')}
              </span>
            )}
          </p>
        </header>
        {segments.map((it, at) => {
          const hue = (it.speaker && hues.get(it.speaker)) || 0
          const goesOn = at > 0 && segments[at - 1]?.speaker === it.speaker
          const layers = highlights.flatMap((one) => {
            const place = placeOf({ ...one, segment_id: null }, it)
            return place ? { ...place, className: one.colour } : []
          })
          return (
            <section
              className={`turn ${heard === at ? 'on' : ''} ${it.is_final ? '' : 'interim'}`}
              key={it.id}
              id={`at-${it.id}`}
            >
              <div className={`by ${hueClass(hue)}`}>
                {it.speaker && !goesOn && (
                  <>
                    <b dir="auto">{it.speaker}</b>
                    <Avatar name={it.speaker} hue={hue} />
                  </>
                )}
                {player ? (
                  <button
                    type="button"
                    className="when"
                    aria-label={words('page.play', { time: clock(it.start_ms) })}
                    onClick={() => player.play(it.start_ms)}
                  >
                    <time>{clock(it.start_ms)}</time>
                  </button>
                ) : (
                  <time>{clock(it.start_ms)}</time>
                )}
              </div>
              <p className="tx" dir="auto" data-text={it.id}>
                {layered(it.text, layers).map((piece, place) =>
                  piece.className ? (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have nothing but their place
                    <mark key={place} className={piece.className}>
                      {piece.text}
                    </mark>
                  ) : (
                    piece.text
                  ),
                )}
              </p>
            </section>
          )
        })}
        {can_comment && (
          <Comments token={token} position={player ? player.position.now : undefined} onGo={player?.play} />
        )}
      </main>
      <footer className="share-foot">
        <p>{words('page.foot')}</p>
      </footer>
      <Suspense>
        {player && <Dock token={token} player={player} duration_ms={duration} segments={segments} hues={hues} />}
      </Suspense>
    </div>
  )
}
