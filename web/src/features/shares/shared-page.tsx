import type { Answered, getShare } from '@mina/contract'
import { clock, formats } from '../../i18n/index.ts'
import { Avatar, hueClass, hueOf } from '../../ui/avatar.tsx'

/** Title, date, reading column; nothing else. */
export function SharedPage({ shared }: { shared: Answered<typeof getShare> }) {
  const { conversation, segments } = shared
  const say = formats()
  const speakers = [...new Set(segments.map((it) => it.speaker).filter((it) => it != null))]
  return (
    <div className="share">
      <main>
        <header className="share-head">
          <h1 dir="auto">{conversation.title}</h1>
          <p className="meta">
            <time dateTime={conversation.created_at}>{say.date(conversation.created_at)}</time>
            <span>{say.duration(conversation.duration_s * 1000)}</span>
          </p>
        </header>
        {segments.map((it) => (
          <section className="turn" key={it.id}>
            <div className={`by ${hueClass(hueOf(it.speaker ? speakers.indexOf(it.speaker) : -1))}`}>
              {it.speaker && (
                <>
                  <b dir="auto">{it.speaker}</b>
                  <Avatar name={it.speaker} hue={hueOf(speakers.indexOf(it.speaker))} />
                </>
              )}
              <time>{clock(it.start_ms)}</time>
            </div>
            <p className="tx" dir="auto">
              {it.text}
            </p>
          </section>
        ))}
      </main>
    </div>
  )
}
