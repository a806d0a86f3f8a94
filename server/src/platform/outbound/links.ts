import { Refusal } from '../refusal.ts'

/**
 * One text for a private address, an unusual port, a name that does not exist and a closed port: whoever sends links
 * here learns nothing about the network that Mina stands in.
 */
export const unreachable = (cause?: unknown): Refusal =>
  new Refusal(
    'bad_request',
    'The link could not be reached. It must lead to a public web address on port 80 or 443 that answers.',
    { cause },
  )

export const tooLong = (cause?: unknown): Refusal =>
  new Refusal('timeout', 'The link took too long to answer. Try again later, or use a faster server.', { cause })

export const tooLarge = (): Refusal => new Refusal('too_large', 'What the link leads to is larger than allowed.')

export const endless = (): Refusal =>
  new Refusal('bad_request', 'The link is forwarded too often. Use the address that it finally leads to.')

export const compressed = (): Refusal =>
  new Refusal('bad_request', 'The link answered in a packed form that was not asked for. Use a link to the plain file.')

export const unanswered = (status: number): Refusal =>
  new Refusal('bad_request', `The link answered with status ${status} instead of a file. Check it in a browser.`)

/** The address as every part of the machine will read it: short, octal and whole-number IPv4 become four plain parts. */
export const webAddress = (text: string): URL => {
  if (text.length > 4096 || !URL.canParse(text))
    throw new Refusal('bad_request', 'The link is not a web address. It looks like https://example.com/file.mp3.')
  const url = new URL(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new Refusal('bad_request', 'The link must begin with http:// or https://.')
  if (url.username !== '' || url.password !== '')
    throw new Refusal('bad_request', 'The link must not hold a user name or password.')
  url.hash = ''
  return url
}
