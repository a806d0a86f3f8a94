import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ModelEntry } from '../../../src/speech/engines/local/models/registry.ts'

const execute = promisify(execFile)

/** A release host that holds one model, in the layout of the real one. It can stop in the middle of the download. The registry learns its checksum. */
export async function modelMirror(entry: ModelEntry) {
  const build = await mkdtemp(join(tmpdir(), 'mina-mirror-'))
  await mkdir(join(build, entry.folder))
  for (const file of Object.values(entry.files)) await writeFile(join(build, entry.folder, file), file.repeat(500))
  const archive = join(build, 'archive.tar.bz2')
  await execute('tar', ['-cjf', archive, '-C', build, entry.folder])
  const body = await readFile(archive)
  await rm(build, { recursive: true })
  const { sha256 } = entry
  entry.sha256 = createHash('sha256').update(body).digest('hex')

  let goOn = Promise.resolve()
  const server = createServer(async (request, answer) => {
    if (request.url !== `/${entry.asset}`) return answer.writeHead(404).end()
    answer.writeHead(200, { 'content-length': body.length })
    answer.write(body.subarray(0, body.length / 2))
    await goOn
    answer.end(body.subarray(body.length / 2))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    size: body.length,
    /** Half of it is sent; the rest when the answer is called. */
    pause() {
      const { promise, resolve } = Promise.withResolvers<void>()
      goOn = promise
      return resolve
    },
    async close() {
      entry.sha256 = sha256
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
