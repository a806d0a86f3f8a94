import { randomUUID } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import type { ServerOptions, Upload } from '@tus/server'
import type { Principal } from '../../access/principal.ts'
import type { Clock } from '../../platform/clock.ts'
import { measure } from '../../platform/files/spool.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { SpeechError } from '../../speech/errors.ts'
import type { AcceptService, Owner } from './accept.ts'
import type { RecordingRepository } from './repository.ts'
import { type Answer, answerOf, fieldsOf, filenameOf, unknownUpload } from './resumable-terms.ts'

const PATH = '/api/uploads/tus'
const VERSION = '1.0.0'
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** An upload that got no byte for so long is given up. */
const ABANDONED_MS = 24 * 3_600_000

type TusRequest = Parameters<NonNullable<ServerOptions['onUploadCreate']>>[0]

interface ResumableOptions {
  accept: AcceptService
  repository: RecordingRepository
  clock: Clock
  /** Survives restarts, unlike the folder of temporary files. */
  folder: string
  maxBytes: number
  log: Log
}

/** What was sent of an upload, and its conversation, which go together before anybody is told that they are gone. */
class DraftStore extends FileStore {
  readonly #repository: RecordingRepository

  constructor(directory: string, repository: RecordingRepository) {
    super({ directory })
    this.#repository = repository
  }

  override async remove(id: string) {
    await super.remove(id).catch(() => this.configstore.delete(id))
    await this.#repository.discardDraft(id)
  }
}

/** Uploads that can be paused and go on after a restart (tus 1.0). An upload has the id of its conversation. */
export function resumableUploads({ accept, repository, clock, folder, maxBytes, log }: ResumableOptions) {
  const callers = new WeakMap<IncomingMessage, Owner>()
  const finishing = new Map<string, Promise<void>>()
  const store = new DraftStore(folder, repository)

  const nodeOf = (request: TusRequest) => {
    const node = request.runtime?.node
    if (!node?.req || !node.res) throw new Error('The upload did not come through the HTTP door.')
    return { request: node.req as IncomingMessage, response: node.res as ServerResponse }
  }
  const callerOf = (request: TusRequest): Owner => {
    const caller = callers.get(nodeOf(request).request)
    if (!caller) throw new Refusal('unauthorized', 'Please sign in.')
    return caller
  }

  async function finishNow(owner: Owner, { id, metadata }: Upload) {
    const path = join(folder, id)
    try {
      const { size, sha256 } = await measure({ path })
      const arrived = { path, size, sha256, filename: filenameOf(metadata) }
      if (!(await accept.arrive(owner, id, arrived))) throw unknownUpload()
    } catch (error) {
      // What passes can be tried again with the bytes that are here; what is no recording is nobody's.
      if (error instanceof Refusal && !['unavailable', 'storage_full', 'timeout'].includes(error.code))
        await store.remove(id)
      throw error
    }
    await store.remove(id)
  }

  /** Once at a time: a client that lost the answer asks again while the first call still works. */
  const finish = (owner: Owner, upload: Upload): Promise<void> => {
    const running = finishing.get(upload.id)
    if (running) return running
    const work = finishNow(owner, upload).finally(() => finishing.delete(upload.id))
    finishing.set(upload.id, work)
    return work
  }

  /** Loaded with the first upload that comes this way: what it is built on takes 15 MB, which most servers at rest need not have. */
  async function load() {
    const { EVENTS, Server } = await import('@tus/server')
    const server = new Server({
      path: PATH,
      datastore: store,
      relativeLocation: true,
      maxSize: maxBytes,
      // The door speaks of origins, in one place for all routes.
      allowedOrigins: () => false,
      exposedHeaders: ['X-Conversation-Id', 'X-Request-Id', 'Retry-After'],
      postReceiveInterval: 1_000,
      namingFunction: () => randomUUID(),
      async onUploadCreate(request, upload) {
        const owner = callerOf(request)
        await accept.requireSpace(upload.size ?? 0)
        const filename = filenameOf(upload.metadata)
        await accept.expect(owner, fieldsOf(upload.metadata), { id: upload.id, filename, source: 'upload' })
        nodeOf(request).response.setHeader('x-conversation-id', upload.id)
        return { metadata: { filename, owner: owner.userId, plan: owner.plan } }
      },
      async onUploadFinish(request, upload) {
        await finish(callerOf(request), upload)
        return {}
      },
      async onResponseError(_request, error) {
        const answer = answerOf(error)
        if (answer.status_code < 500 || error instanceof Refusal || error instanceof SpeechError) return answer
        const full = await accept.requireSpace(0).catch((refusal: unknown) => refusal)
        if (full instanceof Refusal) return answerOf(full)
        log.error({ error: (error as Error).name }, 'a resumable upload failed')
        return answer
      },
    })
    server.on(EVENTS.POST_RECEIVE, (_request: TusRequest, { id, offset, size }: Upload) => {
      if (!size) return
      accept.hearOf(id, offset / size).catch((error: Error) => log.warn({ error: error.name }, 'no news of an upload'))
    })
    return server
  }
  let loading: ReturnType<typeof load> | undefined
  const server = () => {
    loading ??= load()
    return loading
  }

  const end = (request: IncomingMessage, response: ServerResponse, { status_code, body }: Answer) => {
    response.writeHead(status_code, { 'tus-resumable': VERSION })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  async function serve(request: IncomingMessage, response: ServerResponse, owner: Owner) {
    callers.set(request, owner)
    response.setHeader('content-type', 'application/json; charset=utf-8')
    response.setHeader('cache-control', 'no-store')
    if (request.method === 'POST') return await (await server()).handle(request, response)

    const id = (request.url ?? '').split('?')[0]?.split('/').at(-1) ?? ''
    const conversation = ID.test(id) ? await repository.find(id) : null
    if (conversation?.user_id !== owner.userId) throw unknownUpload()
    response.setHeader('x-conversation-id', id)
    if (request.method === 'HEAD' && conversation.status === 'draft') {
      // All bytes came, and the server died before it could say so.
      const upload = await store.getUpload(id)
      if (upload.offset === upload.size) await finish(owner, upload)
    }
    const done = await repository.of(id)
    if (done && request.method !== 'DELETE') {
      response.setHeader('upload-offset', done.size)
      response.setHeader('upload-length', done.size)
      return end(request, response, { status_code: request.method === 'HEAD' ? 200 : 204, body: '' })
    }
    if (done || conversation.status !== 'draft') throw unknownUpload()
    await (await server()).handle(request, response)
  }

  return {
    path: PATH,
    offer: {
      'tus-resumable': VERSION,
      'tus-version': VERSION,
      'tus-extension': store.extensions.join(','),
      'tus-max-size': String(maxBytes),
    },

    /** Answers one request of the protocol, on behalf of somebody whom the door has let in. */
    async handle(request: IncomingMessage, response: ServerResponse, principal: Principal) {
      try {
        await serve(request, response, principal)
      } catch (error) {
        if (response.headersSent) return void response.destroy()
        end(request, response, answerOf(error))
      }
    },

    /** Finishes what came whole, and gives up what nobody continues. */
    async sweep() {
      const before = clock.now().getTime() - ABANDONED_MS
      for (const name of await readdir(folder).catch(() => [])) {
        if (!ID.test(name)) continue
        const conversation = await repository.find(name)
        if (!conversation) {
          // Deleted meanwhile, or its owner is gone: these bytes are nobody's, however new.
          await store.remove(name)
          continue
        }
        const found = await stat(join(folder, name)).catch(() => null)
        if (!found || found.mtimeMs > before) continue
        const upload = await store.getUpload(name).catch(() => null)
        const { owner, plan } = upload?.metadata ?? {}
        if (owner && plan && upload?.offset === upload?.size && conversation.status === 'draft') {
          const finished = finish({ userId: owner, plan: plan as Owner['plan'] }, upload!)
          await finished.catch((error: Error) => log.warn({ error: error.name }, 'a whole upload could not be taken'))
          continue
        }
        await store.remove(name)
      }
      await repository.discardDraftsBefore(new Date(before))
    },
  }
}

export type ResumableUploads = ReturnType<typeof resumableUploads>
