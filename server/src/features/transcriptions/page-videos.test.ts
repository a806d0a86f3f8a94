import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPageVideos } from './page-videos.ts'

let folder: string
let target: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mina-pages-'))
  target = join(folder, 'download')
  await mkdir(target)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A program of this name that notes how it was called, and does this. */
const program = async (script: string) => {
  const path = join(folder, 'yt-dlp')
  await writeFile(path, `#!/bin/sh\nprintf '%s\\n' "$@" > arguments\nenv > environment\n${script}\n`)
  await chmod(path, 0o755)
  return createPageVideos({ allow: [], places: [folder] })
}

const page = 'https://videos.example/watch?v=1'
const download = (pages: ReturnType<typeof createPageVideos>, signal?: AbortSignal) =>
  pages.download(page, target, { maxBytes: 1_000, ...(signal && { signal }) })

describe('a page with a video', () => {
  test('is fetched by yt-dlp, which sees nothing of ours and connects through the guard', async () => {
    const pages = await program(`echo sound > media.m4a; echo '{"title": "A talk", "uploader": "Ann"}'`)
    const video = await download(pages)
    expect(video).toEqual({ path: join(target, 'media.m4a'), title: 'A talk', uploader: 'Ann' })
    const given = (await readFile(join(target, 'arguments'), 'utf8')).trim().split('\n')
    expect(given.slice(-2)).toEqual(['--', page])
    expect(given[given.indexOf('--use-extractors') + 1]).toBe('default,-generic')
    expect(given[given.indexOf('--max-filesize') + 1]).toBe('1000')
    expect(given[given.indexOf('--proxy') + 1]).toMatch(/^http:\/\/mina:[\w-]+@127\.0\.0\.1:\d+$/)
    const names = (await readFile(join(target, 'environment'), 'utf8')).match(/^\w+(?==)/gm)
    expect(names).not.toContain('DATABASE_URL')
    expect(names!.filter((name) => !['PATH', 'LC_ALL', 'HOME', 'PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))).toEqual(
      [],
    )
  })

  test('needs yt-dlp, and says so', async () => {
    const pages = createPageVideos({ allow: [], places: [join(folder, 'nowhere')] })
    await expect(download(pages)).rejects.toMatchObject({ status: 415, message: expect.stringContaining('yt-dlp') })
  })

  test('that gives nothing, or more than allowed, is refused', async () => {
    await expect(download(await program('exit 1'))).rejects.toMatchObject({ status: 400 })
    await expect(download(await program('exit 0'))).rejects.toMatchObject({ status: 400 })
    const large = await program('head -c 2000 /dev/zero > media.webm')
    await expect(download(large)).rejects.toMatchObject({ status: 413 })
  })

  test('is let go when the caller leaves', async () => {
    const gone = new AbortController()
    const pages = await program('sleep 600')
    const running = download(pages, gone.signal)
    await expect.poll(() => readFile(join(target, 'environment'), 'utf8').then(Boolean, () => false)).toBe(true)
    gone.abort(new Error('gone'))
    await expect(running).rejects.toThrow('gone')
  })
})
