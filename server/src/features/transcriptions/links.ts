import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { GuardedFetch } from '../../platform/outbound/port.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Recording } from '../../speech/port.ts'
import type { Hearing } from './hearing.ts'
import type { PageVideos } from './page-videos.ts'

export interface Fetched {
  recording: Recording
  sha256: string | null
  title: string | null
  uploader: string | null
  release(): Promise<void>
}

export interface LinksParts {
  guarded: Pick<GuardedFetch, 'download'>
  /** Where pages with videos are understood; without it only links to files are. */
  pages?: PageVideos
  look: Hearing['look']
  tempDir: string
  maxBytes: number
}

const DOWNLOAD_MS = 5 * 60_000

const isPage = (contentType: string | undefined) => /^(text\/|application\/(xhtml|json))/i.test(contentType ?? '')

const nameIn = (url: string) => {
  const last = new URL(url).pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last) || null
  } catch {
    return last || null
  }
}

/** Recordings by link: fetched through the guard, judged by content. */
export function createLinks({ guarded, pages, look, tempDir, maxBytes }: LinksParts) {
  return async (url: string, signal: AbortSignal, options: { pages?: boolean } = {}): Promise<Fetched> => {
    const folder = await mkdtemp(join(tempDir, 'link-'))
    const release = () => rm(folder, { recursive: true, force: true })
    try {
      const path = join(folder, 'file')
      const got = await guarded.download(url, path, { maxBytes, timeoutMs: DOWNLOAD_MS, signal })
      if (!isPage(got.contentType) || !options.pages || !pages) {
        const recording = await look(path, signal).catch((error: unknown) => {
          throw isPage(got.contentType) ? notAFile(error) : error
        })
        return { recording, sha256: got.sha256, title: nameIn(got.url), uploader: null, release }
      }
      const video = await pages.download(url, folder, { maxBytes, signal })
      const recording = await look(video.path, signal)
      return { recording, sha256: null, title: video.title, uploader: video.uploader, release }
    } catch (error) {
      await release()
      throw error
    }
  }
}

const notAFile = (cause: unknown) =>
  new Refusal('unsupported_type', 'The link leads to a web page, not to a recording. Send a link to the file itself.', {
    cause,
  })

export type Links = ReturnType<typeof createLinks>
