import { Refusal } from '../refusal.ts'

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

export const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')

export const isOtherDisk = (error: unknown): boolean => codeOf(error) === 'EXDEV'

export const storageFull = (cause?: unknown): Refusal =>
  new Refusal('storage_full', 'The storage is full, so nothing was kept. Free some space, then try again.', { cause })

export const storageDown = (cause?: unknown): Refusal =>
  new Refusal('unavailable', 'The file storage does not answer at the moment. Try again in a minute.', {
    cause,
    retryAfter: 30,
  })

export const storageDamaged = (): Refusal =>
  new Refusal('internal', 'The stored file is damaged, so it was not served. It must be restored from a backup.')

export const brokenOff = (): Refusal =>
  new Refusal('bad_request', 'The file arrived with another size than announced, so it was not kept. Send it again.')

/** A full disk, a used-up quota and a file-size limit are the same news to the caller. */
export const diskFailure = (error: unknown): unknown =>
  ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(codeOf(error) ?? '') ? storageFull(error) : error
