import { StorageClient, type StorageError } from '@supabase/storage-js'
import { Agent, fetch as undiciFetch } from 'undici'
import { Refusal } from '../refusal.ts'
import { diskFailure, storageDown, storageFull } from './failure.ts'
import { withRetries } from './retry.ts'

export interface SupabaseOptions {
  /** The project's address, without `/storage/v1`. */
  url: string
  serviceRoleKey: string
  bucket: string
  /** Where files lie while they are hashed and checked. */
  tempDir: string
  /** How long the other side may be silent. */
  timeoutMs?: number
}

/** The transport mostly says 400; the true status is a string in the body, if there was a body. */
const statusOf = (error: StorageError): number | undefined => {
  const status = Number.parseInt(error.statusCode ?? '', 10)
  return Number.isNaN(status) ? error.status : status
}

class SupabaseFailure extends Error {
  readonly status: number | undefined

  constructor(error: StorageError) {
    super('Supabase Storage refused or failed', { cause: error })
    this.status = statusOf(error)
  }
}

export const isAbsent = (error: unknown) => error instanceof SupabaseFailure && error.status === 404

const worthRetrying = (error: unknown) =>
  error instanceof SupabaseFailure && (error.status === undefined || error.status === 429 || error.status >= 500)

export const failure = (error: unknown): unknown => {
  const judged = diskFailure(error)
  if (judged instanceof Refusal || judged instanceof TypeError) return judged
  const status = error instanceof SupabaseFailure ? error.status : undefined
  if (status === 507) return storageFull(error)
  if (status === 413)
    return new Refusal('too_large', 'The file is larger than the storage bucket allows. Raise its limit in Supabase.', {
      cause: error,
    })
  return storageDown(error)
}

/** The SDK never throws: it answers data or an error. Here a failure is an exception, retried where that can help. */
export const asked = async <T>(
  work: () => PromiseLike<{ data: T; error: null } | { data: null; error: StorageError }>,
) =>
  withRetries(
    async () => {
      const { data, error } = await work()
      if (error) throw new SupabaseFailure(error)
      return data
    },
    { worthIt: worthRetrying },
  )

/**
 * The bucket, whole or for one range. The client can not ask for a range by itself, and would take a whole file for
 * the part.
 */
export const createBucketClient = ({ url, serviceRoleKey, bucket, timeoutMs = 30_000 }: SupabaseOptions) => {
  const dispatcher = new Agent({
    connect: { timeout: Math.min(timeoutMs, 5000) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  return (range?: string) => {
    const patient = async (address: string, init: Parameters<typeof undiciFetch>[1]) => {
      const answer = await undiciFetch(address, { ...init, dispatcher })
      if (range && answer.ok && answer.status !== 206) {
        await answer.body?.cancel()
        throw new Error('The storage ignored the range')
      }
      return answer
    }
    const headers = {
      apikey: serviceRoleKey,
      authorization: `Bearer ${serviceRoleKey}`,
      ...(range && { range }),
    }
    // undici's fetch is Node's own with a dispatcher; only the names of its types differ.
    const transport = patient as unknown as typeof fetch
    return new StorageClient(`${url.replace(/\/+$/, '')}/storage/v1`, headers, transport).from(bucket)
  }
}
