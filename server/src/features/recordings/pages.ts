import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '../../platform/refusal.ts'

/**
 * Sites whose pages hold recordings that only yt-dlp finds. It opens connections of its own, past our guard, so it is
 * given addresses of these hosts only.
 */
const SITES = ['youtube.com', 'youtu.be', 'vimeo.com', 'dailymotion.com', 'soundcloud.com', 'ted.com', 'twitch.tv']
const MOST_MS = 30 * 60_000

export const isSite = (url: string) => {
  const { hostname } = new URL(url)
  return SITES.some((site) => hostname === site || hostname.endsWith(`.${site}`))
}

const missing = () =>
  new Refusal(
    'unavailable',
    'Recordings of this site are fetched by the program yt-dlp, which is not installed on this server. Ask who runs it to install yt-dlp, or download the recording and upload the file.',
  )
const refused = (cause: unknown) =>
  new Refusal('provider_failed', 'The site did not hand out this recording. It may be private, removed or too large.', {
    cause,
  })

interface Fetching {
  folder: string
  maxBytes: number
  signal: AbortSignal
}

/** Lets yt-dlp fetch the sound of a page into the folder; answers the file's path. */
export async function fetchFromSite(url: string, { folder, maxBytes, signal }: Fetching): Promise<string> {
  const args = [
    ...['--no-config', '--no-playlist', '--no-cache-dir', '--no-progress', '--quiet', '--no-mtime', '--no-part'],
    ...['--format', 'bestaudio/best', '--max-filesize', String(Math.floor(maxBytes))],
    ...['--paths', folder, '--output', 'recording.%(ext)s', '--', url],
  ]
  await new Promise<void>((done, failed) => {
    // Nothing of our environment: it holds secrets.
    const options = {
      cwd: folder,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: folder },
      timeout: MOST_MS,
      signal,
    }
    execFile('yt-dlp', args, options, (error) => {
      if (!error) done()
      else if (signal.aborted) failed(signal.reason)
      else failed(error.code === 'ENOENT' ? missing() : refused(error))
    })
  })
  const [name] = await readdir(folder)
  if (!name) throw refused(null)
  return join(folder, name)
}
