import { FileService, TranscriptService } from 'assemblyai'
import type { SpeechError } from '../../errors.ts'
import { refused } from '../../provider.ts'
import { retryAfterOf } from '../../retry.ts'

const names = { engine: 'assemblyai', label: 'AssemblyAI', keyVariable: 'ASSEMBLYAI_API_KEY' }

/** What the SDK's services ask of their transport. */
class StatusError extends Error {
  readonly status: number
  readonly retryAfter: number | undefined

  constructor(status: number, retryAfter: number | undefined) {
    super(`status ${status}`)
    this.status = status
    this.retryAfter = retryAfter
  }
}

interface Access {
  apiKey: string
  baseUrl: string
  signal: AbortSignal
}

/**
 * The SDK's two services for one request. The SDK throws a failure's status and Retry-After away and knows no
 * cancellation; its one point of transport is overridden to keep the former and pass on the latter.
 */
export function assemblyaiServices({ apiKey, baseUrl, signal }: Access) {
  const checked = async (response: Promise<Response>) => {
    const answer = await response
    if (answer.ok) return answer
    await answer.body?.cancel()
    throw new StatusError(answer.status, retryAfterOf(answer.headers, Date.now()))
  }
  class Files extends FileService {
    protected override fetchResponse(input: string, init?: RequestInit) {
      return checked(super.fetchResponse(input, { ...init, signal }))
    }
  }
  class Transcripts extends TranscriptService {
    protected override fetchResponse(input: string, init?: RequestInit) {
      return checked(super.fetchResponse(input, { ...init, signal }))
    }
  }
  const files = new Files({ apiKey, baseUrl })
  return { files, transcripts: new Transcripts({ apiKey, baseUrl }, files) }
}

/** Codes with which a live connection is closed because of the account or the request: no retry helps. */
const finalCloseCodes: Readonly<Record<number, number>> = { 1008: 401, 4001: 401, 4002: 402, 4003: 402, 3006: 400 }

export function explainAssemblyai(error: unknown): SpeechError | null {
  if (error instanceof StatusError) return refused({ ...names, status: error.status, retryAfter: error.retryAfter })
  if (!(error instanceof Error)) return null
  const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined
  const status = code === undefined ? undefined : finalCloseCodes[code]
  if (status !== undefined) return refused({ ...names, status })
  const handshake = /Unexpected server response: (\d{3})/.exec(error.message)
  return handshake ? refused({ ...names, status: Number(handshake[1]) }) : null
}
