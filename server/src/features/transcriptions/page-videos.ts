import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { openGuardedTunnel } from '../../platform/outbound/tunnel.ts'
import { Refusal } from '../../platform/refusal.ts'

export interface PageVideo {
  path: string
  title: string | null
  uploader: string | null
}

export interface PageVideos {
  /** Into the folder, which belongs to this download alone. */
  download(url: string, folder: string, limits: { maxBytes: number; signal?: AbortSignal }): Promise<PageVideo>
}

const usualPlaces = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/homebrew/bin', '/snap/bin']
const patience_ms = 10 * 60_000

const Told = z.object({ title: z.string().nullish(), uploader: z.string().nullish() })

async function findProgram(places: readonly string[]): Promise<string | null> {
  for (const place of places) {
    const path = join(place, 'yt-dlp')
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return null
}

/** Known sites only: the generic extractor would follow whatever a stranger's page says. */
const argumentsFor = (url: string, proxy: string, maxBytes: number) => [
  ...['--ignore-config', '--no-cache-dir', '--no-playlist', '--no-progress', '--no-warnings', '--quiet'],
  ...['--use-extractors', 'default,-generic', '--proxy', proxy, '--max-filesize', String(maxBytes)],
  ...['--socket-timeout', '20', '--retries', '3', '-f', 'bestaudio/best', '-o', 'media.%(ext)s'],
  ...['--no-simulate', '--print', '%(.{title,uploader})j', '--', url],
]

/** Videos behind web pages, by yt-dlp where it is installed. Its connections go through our guard. */
export function createPageVideos(options: { allow: readonly string[]; places?: readonly string[] }): PageVideos {
  const run = (program: string, args: string[], folder: string, signal: AbortSignal) =>
    new Promise<{ code: number | null; printed: string }>((done, failed) => {
      const child = spawn(program, args, {
        cwd: folder,
        // Nothing of the server's environment, its keys least of all.
        env: { PATH: usualPlaces.join(':'), LC_ALL: 'C.UTF-8', HOME: folder },
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      })
      const kill = () => {
        try {
          if (child.pid) process.kill(-child.pid, 'SIGKILL')
        } catch {
          child.kill('SIGKILL')
        }
      }
      signal.addEventListener('abort', kill, { once: true })
      let printed = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (printed.length < 100_000) printed += text
      })
      child.once('error', (cause) =>
        failed(new Refusal('unavailable', 'yt-dlp could not be started on this server.', { cause })),
      )
      child.once('close', (code) => {
        signal.removeEventListener('abort', kill)
        done({ code, printed })
      })
    })

  return {
    async download(url, folder, { maxBytes, signal }) {
      const program = await findProgram(options.places ?? usualPlaces)
      if (!program)
        throw new Refusal(
          'unsupported_type',
          'The link leads to a web page, not to a recording. Videos on pages need yt-dlp, which is not installed on this server: install it, send a link to the file itself, or upload the file.',
        )
      const deadline = AbortSignal.timeout(patience_ms)
      const stop = signal ? AbortSignal.any([deadline, signal]) : deadline
      const tunnel = await openGuardedTunnel({ allow: options.allow })
      try {
        const { code, printed } = await run(program, argumentsFor(url, tunnel.url, maxBytes), folder, stop)
        signal?.throwIfAborted()
        if (deadline.aborted)
          throw new Refusal('timeout', 'The video took too long to fetch. Try again later, or upload the file.')
        const name = (await readdir(folder)).find((it) => /^media\.(?!part$|ytdl$)\w+$/.test(it))
        if (code !== 0 || !name)
          throw new Refusal(
            'bad_request',
            'No video could be fetched from this page. It may be private, larger than allowed, or on a site that yt-dlp does not know. Upload the file instead.',
          )
        const path = join(folder, name)
        if ((await stat(path)).size > maxBytes)
          throw new Refusal('too_large', 'What the link leads to is larger than allowed.')
        const told = Told.safeParse(parsed(printed))
        return { path, title: told.data?.title ?? null, uploader: told.data?.uploader ?? null }
      } finally {
        await tunnel.close()
      }
    },
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text.trim().split('\n')[0] ?? '')
  } catch {
    return undefined
  }
}
