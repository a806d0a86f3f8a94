import { S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import { Refusal } from '../refusal.ts'
import { diskFailure, storageDown, storageFull } from './failure.ts'

export interface S3Options {
  bucket: string
  region: string
  /** For S3-compatible servers; Amazon's own otherwise. */
  endpoint?: string
  /** Without these the SDK looks for a role of the machine. */
  accessKeyId?: string
  secretAccessKey?: string
  forcePathStyle?: boolean
  /** Where files lie while they are hashed and checked. */
  tempDir: string
  /** How long the other side may be silent. */
  timeoutMs?: number
  partBytes?: number
}

export const statusOf = (error: unknown) =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined
export const isAbsent = (error: unknown) =>
  error instanceof S3ServiceException && ['NoSuchKey', 'NotFound'].includes(error.name)

export const failure = (error: unknown): unknown => {
  const judged = diskFailure(error)
  if (judged instanceof Refusal || judged instanceof TypeError) return judged
  return statusOf(error) === 507 || (error instanceof Error && error.name === 'XMinioStorageFull')
    ? storageFull(error)
    : storageDown(error)
}

/** Says what went wrong in words that hold no key, address or bucket name; the cause stays attached. */
export const asked = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error) => {
    throw failure(error)
  })

export const createClient = (options: S3Options) => {
  const { accessKeyId, secretAccessKey, timeoutMs = 30_000 } = options
  return new S3Client({
    region: options.region,
    ...(options.endpoint && { endpoint: options.endpoint }),
    forcePathStyle: options.forcePathStyle ?? false,
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
    // S3-compatible servers store the SDK's checksum trailers as part of the file. Our own hash stands in for them.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: Math.min(timeoutMs, 5000),
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: timeoutMs,
    },
  })
}
