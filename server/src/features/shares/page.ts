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

/** The same hues, in the same order, that the web app gives to voices. */
const hueOf = (speakers: readonly string[], speaker: string | null | undefined) =>
  speaker ? (speakers.indexOf(speaker) % 8) + 1 : 0

function turn({ start_ms, text, speaker }: Shared['segments'][number], speakers: readonly string[]) {
  const name = speaker ? `<b dir="auto">${escapeHtml(speaker)}</b>` : ''
  return `<section class="turn"><div class="by p${hueOf(speakers, speaker)}">${name}<time>${clockTime(start_ms)}</time></div><p class="tx" dir="auto">${escapeHtml(text)}</p></section>`
}

const mark = ({ text, label, start_ms }: Shared['highlights'][number]) =>
  `<li dir="auto"><time>${clockTime(start_ms)}</time> ${label ? `<b>${escapeHtml(label)}</b> ` : ''}<q>${escapeHtml(text)}</q></li>`

/** The conversation as it is read: title, date, what was said, what was highlighted. */
export function sharedMain({ conversation, segments, highlights }: Shared): string {
  const speakers = [...new Set(segments.map((it) => it.speaker).filter((it) => it != null))]
  const date = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' })
  return [
    '<div class="share"><main><header class="share-head">',
    `<h1 dir="auto">${escapeHtml(conversation.title)}</h1>`,
    `<p class="meta"><time datetime="${conversation.created_at}">${date.format(new Date(conversation.created_at))}</time> <span>${clockTime(conversation.duration_s * 1000)}</span></p></header>`,
    highlights.length > 0 ? `<ul class="highlights" aria-label="Highlights">${highlights.map(mark).join('')}</ul>` : '',
    ...segments.map((it) => turn(it, speakers)),
    '</main></div>',
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
export function sharePage(shell: string | null) {
  const page = shell?.includes(PLACE) ? shell : BARE
  const write = (title: string, main: string) =>
    page
      .replace(/<title>[^<]*<\/title>/, () => `<title>${escapeHtml(title)}, Mina</title>`)
      .replace(PLACE, () => `<div id="share">${main}</div>`)
  return {
    read: (shared: Shared) => write(shared.conversation.title, sharedMain(shared)),
    failed: (title: string, text: string) => write(title, failureMain(title, text)),
  }
}

export type SharePage = ReturnType<typeof sharePage>
