import { type ErrorCode, hueOf, initialOf } from '@mina/contract'
import type { Clock } from '../../platform/clock.ts'
import type { PageLanguage } from '../../platform/page-language.ts'
import type { Refusal } from '../../platform/refusal.ts'
import { marked } from './marked.ts'
import { type PageWords, pageWords } from './page-words.ts'
import type { Shared } from './reading.ts'

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (it) => ENTITIES[it]!)

const two = (value: number) => String(value).padStart(2, '0')

function clockTime(ms: number) {
  const seconds = Math.floor(ms / 1000)
  const minutes = Math.floor(seconds / 60)
  return minutes >= 60
    ? `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`
    : `${minutes}:${two(seconds % 60)}`
}

const hueIn = (speakers: readonly string[], speaker: string | null | undefined) =>
  hueOf(speaker ? speakers.indexOf(speaker) : -1)

const by = (speaker: string, hue: number) =>
  `<b dir="auto">${escapeHtml(speaker)}</b><span class="who p${hue}" aria-hidden="true">${escapeHtml(initialOf(speaker))}</span>`

/** Laid out as the web app lays it out, whose script takes the place of this page without moving anything. */
function turns({ segments, highlights }: Shared, speakers: readonly string[]) {
  return segments.map((it, at) => {
    const { id, start_ms, speaker } = it
    const hue = hueIn(speakers, speaker)
    const name = speaker && segments[at - 1]?.speaker !== speaker ? by(speaker, hue) : ''
    const text = marked(it, highlights).map(({ text, colours }) =>
      colours.length > 0 ? `<mark class="${colours.join(' ')}">${escapeHtml(text)}</mark>` : escapeHtml(text),
    )
    return `<section class="turn${it.is_final ? '' : ' interim'}" id="at-${id}"><div class="by p${hue}">${name}<time>${clockTime(start_ms)}</time></div><p class="tx" dir="auto">${text.join('')}</p></section>`
  })
}

/** The conversation as it is read: title, date, what was said, with its highlights. */
export function sharedMain(shared: Shared, words: PageWords, now: Date): string {
  const { conversation, segments } = shared
  const speakers = [...new Set(segments.flatMap((it) => it.speaker ?? []))]
  const seconds = Math.round(Math.max(conversation.duration_s, (segments.at(-1)?.end_ms ?? 0) / 1000))
  const voices = speakers.length > 3 ? words.speakers(speakers.length) : words.list(speakers)
  return [
    `<div class="share"><header class="share-top"><span>${words.top}</span><span>${words.free}</span></header>`,
    `<main><header class="share-head"><h1 dir="auto">${escapeHtml(conversation.title)}</h1>`,
    `<p class="meta"><time datetime="${conversation.created_at}">${words.date(new Date(conversation.created_at), now)}</time>`,
    seconds > 0 ? `<span>${words.duration(seconds)}</span>` : '',
    voices ? `<span dir="auto">${escapeHtml(voices)}</span>` : '',
    conversation.status === 'live' ? `<span class="live-now"><span class="dot"></span>${words.live}</span>` : '',
    '</p></header>',
    ...turns(shared, speakers),
    `</main><footer class="share-foot"><p>${words.foot}</p></footer></div>`,
  ].join('')
}

const failureMain = (title: string, text: string) =>
  `<div class="legal"><main class="state"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></main></div>`

/** For a server without the built web app: plain, and complete all the same. */
const BARE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex, nofollow" />
    <title>Shared conversation, Mina</title>
  </head>
  <body>
    <div id="share"></div>
  </body>
</html>
`

const PLACE = '<div id="share"></div>'

/** Writes a conversation into the built page. Replacement by function: text of people may hold `$&`. */
export function sharePage(shell: string | null, clock: Clock) {
  const page = shell?.includes(PLACE) ? shell : BARE
  const write = (language: PageLanguage, title: string, main: string) =>
    page
      .replace('<html lang="en">', () => `<html lang="${language}">`)
      .replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(title)}, Mina</title>`)
      .replace(PLACE, () => `<div id="share">${main}</div>`)
  return {
    read: (shared: Shared, language: PageLanguage) =>
      write(language, shared.conversation.title, sharedMain(shared, pageWords(language), clock.now())),
    failed(refusal: Refusal, language: PageLanguage) {
      const words = pageWords(language)
      const said = { gone: words.gone, not_found: words.missing } as Partial<Record<ErrorCode, string>>
      return write(language, words.closed, failureMain(words.closed, said[refusal.code] ?? refusal.message))
    },
  }
}

export type SharePage = ReturnType<typeof sharePage>
