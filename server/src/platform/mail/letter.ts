export interface Letter {
  subject: string
  text: string
  html: string
}

export interface LetterParts {
  language: string
  subject: string
  greeting: string
  paragraphs: readonly string[]
  action?: { label: string; url: string }
  closing: string
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string) => text.replace(/[&<>"']/g, (it) => entities[it] ?? '')

/** A line stays one line, whatever a name or a title holds. */
const line = (text: string) => text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim()

const link = (text: string) => {
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TypeError('A mail links to web pages only')
  return url.href
}

const fonts = 'system-ui, -apple-system, Segoe UI, Roboto, sans-serif'
const button =
  'display:inline-block;padding:12px 20px;border-radius:8px;background:#1d4ed8;color:#ffffff;text-decoration:none;font-weight:600'

const page = (parts: LetterParts, body: string) => `<!doctype html>
<html lang="${escaped(parts.language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>${escaped(parts.subject)}</title>
</head>
<body style="margin:0;padding:24px;font:16px/1.5 ${fonts}">
<div style="max-width:560px;margin:0 auto">
${body}
</div>
</body>
</html>
`

/** One letter as text and as a page: the same words, nothing fetched from anywhere, readable by eye and by ear. */
export const letter = (given: LetterParts): Letter => {
  const parts = {
    ...given,
    subject: line(given.subject),
    greeting: line(given.greeting),
    paragraphs: given.paragraphs.map(line),
    closing: line(given.closing),
  }
  const action = given.action && { label: line(given.action.label), url: link(given.action.url) }
  const text = [
    parts.greeting,
    ...parts.paragraphs,
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    parts.closing,
  ]
  const paragraph = (it: string) => `<p>${it}</p>`
  const html = [
    paragraph(escaped(parts.greeting)),
    ...parts.paragraphs.map((it) => paragraph(escaped(it))),
    ...(action
      ? [
          paragraph(`<a href="${escaped(action.url)}" style="${button}">${escaped(action.label)}</a>`),
          `<p style="font-size:14px;overflow-wrap:anywhere">${escaped(action.url)}</p>`,
        ]
      : []),
    paragraph(escaped(parts.closing)),
  ]
  return { subject: parts.subject, text: `${text.join('\n\n')}\n`, html: page(parts, html.join('\n')) }
}
