import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readlink, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { behavesAsFiles } from '../../../test/doubles/storage/behaviour.ts'
import { createLocalFiles } from './local.ts'

const partsIn = async (folder: string) => (await readdir(folder).catch(() => [])).length

behavesAsFiles('on local disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mina-files-'))
  const root = join(folder, 'a root')
  return {
    files: createLocalFiles({ root }),
    folder,
    leftovers: () => partsIn(join(root, '.incoming')),
    close: () => rm(folder, { recursive: true }),
  }
})

describe('files on local disk', () => {
  let folder: string
  let root: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mina-files-'))
    root = join(folder, 'root')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('can be read by nobody else', async () => {
    const files = createLocalFiles({ root })
    const upload = join(folder, 'upload')
    await writeFile(upload, 'speech', { mode: 0o644 })
    await chmod(upload, 0o644)
    await files.put('users/1/moved', { path: upload })
    await files.put('users/1/written', { body: Buffer.from('speech') })
    const mode = async (path: string) => (await stat(path)).mode & 0o777
    for (const file of ['moved', 'written']) expect(await mode(join(root, 'users/1', file))).toBe(0o600)
    for (const it of ['', '.incoming', 'users', 'users/1']) expect(await mode(join(root, it))).toBe(0o700)
  })

  it('moves a file of the same disk instead of copying it', async () => {
    const upload = join(folder, 'moving')
    await writeFile(upload, randomBytes(1000))
    const { ino } = await stat(upload)
    await createLocalFiles({ root }).put('users/1/recording', { path: upload })
    expect((await stat(join(root, 'users/1/recording'))).ino).toBe(ino)
    await expect(stat(upload)).rejects.toThrow('ENOENT')
  })

  it('takes a file from another disk too', async () => {
    const elsewhere = await mkdtemp('/dev/shm/mina-files-')
    try {
      const bytes = randomBytes(100_000)
      await writeFile(join(elsewhere, 'upload'), bytes)
      const files = createLocalFiles({ root })
      expect(await files.put('users/1/far', { path: join(elsewhere, 'upload') })).toMatchObject({ size: 100_000 })
      const opened = await files.open('users/1/far')
      expect(opened && (await buffer(opened.body)).equals(bytes)).toBe(true)
      expect(await readdir(join(root, '.incoming'))).toEqual([])
    } finally {
      await rm(elsewhere, { recursive: true })
    }
  })

  it('follows no symbolic link, coming in or going out', async () => {
    const files = createLocalFiles({ root })
    const secret = join(folder, 'secret')
    const link = join(folder, 'link')
    await writeFile(secret, 'secret')
    await symlink(secret, link)
    await expect(files.put('users/5/link', { path: link })).rejects.toThrow('ordinary file')
    expect(await readlink(link)).toBe(secret)
    await mkdir(join(root, 'users/5'), { recursive: true })
    await symlink(secret, join(root, 'users/5/planted'))
    await expect(files.open('users/5/planted')).rejects.toThrow('ELOOP')
  })

  it('leaves a reader the file that it opened, also when it is replaced or removed', async () => {
    const files = createLocalFiles({ root })
    await files.put('users/6/file', { body: Buffer.from('first') })
    const opened = await files.open('users/6/file')
    await files.put('users/6/file', { body: Buffer.from('second') })
    await files.removeAll('users/6/')
    expect(opened && (await buffer(opened.body)).toString()).toBe('first')
    expect((await readdir(join(root, 'users'))).includes('6')).toBe(false)
  })

  it('survives writers and removers in the same folder', async () => {
    const files = createLocalFiles({ root })
    const rounds = Array.from({ length: 40 }, async (_, at) => {
      await files.put(`users/7/x/${at}`, { body: Buffer.from('x') })
      await files.remove(`users/7/x/${at}`)
    })
    await Promise.all(rounds)
    expect(await readdir(join(root, 'users')).then((names) => names.includes('7'))).toBe(false)
  })

  it('sweeps what a killed process left, and nothing that is being written', async () => {
    const files = createLocalFiles({ root })
    await files.check()
    const stale = join(root, '.incoming', 'stale.part')
    await writeFile(stale, 'x')
    await writeFile(join(root, '.incoming', 'fresh.part'), 'x')
    const hourAgo = new Date(Date.now() - 3_600_000)
    await utimes(stale, hourAgo, hourAgo)
    expect(await files.sweep(new Date(Date.now() - 60_000))).toBe(1)
    expect(await readdir(join(root, '.incoming'))).toEqual(['fresh.part'])
    await rm(join(root, '.incoming', 'fresh.part'))
  })

  it('answers 507 when the system refuses more bytes, keeps nothing, and goes on once there is room', async () => {
    const program = `
      import { createLocalFiles } from ${JSON.stringify(new URL('./local.ts', import.meta.url).href)}
      import { readdir } from 'node:fs/promises'
      const root = process.argv[1]
      const files = createLocalFiles({ root })
      const refused = await files.put('users/1/big', { body: Buffer.alloc(1_000_000) }).catch((error) => error)
      await files.put('users/1/small', { body: Buffer.from('fits') })
      const left = await readdir(root, { recursive: true })
      console.log(JSON.stringify({ code: refused.code, left: left.sort() }))`
    // A limit on file size is a refusal by the kernel that needs no rights and no disk of its own.
    const limited = 'ulimit -f 64; exec "$@"'
    const small = join(folder, 'small')
    const arguments_ = ['-c', limited, 'sh', process.execPath, '--input-type=module', '-e', program, small]
    const { stdout } = await promisify(execFile)('sh', arguments_)
    expect(JSON.parse(stdout)).toEqual({
      code: 'storage_full',
      left: ['.incoming', 'users', 'users/1', 'users/1/small'],
    })
  })

  it('is not ready where it can not write', async () => {
    const file = join(folder, 'a-file')
    await writeFile(file, '')
    await expect(createLocalFiles({ root: join(file, 'below') }).check()).rejects.toThrow()
  })
})
