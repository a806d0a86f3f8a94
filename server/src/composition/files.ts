import { join } from 'node:path'
import type { Config } from '../config/index.ts'
import { createLocalFiles } from '../platform/files/local.ts'
import type { Files } from '../platform/files/port.ts'

/** The storage that the operator chose. The libraries of the others are not even loaded. */
export async function composeFiles({ storage }: Config, tempDir: string): Promise<Files> {
  const spoolDir = join(tempDir, 'storage')
  if (storage.kind === 's3') {
    const { createS3Files } = await import('../platform/files/s3.ts')
    return createS3Files({ ...storage.s3, tempDir: spoolDir })
  }
  if (storage.kind === 'supabase') {
    const { createSupabaseFiles } = await import('../platform/files/supabase.ts')
    return createSupabaseFiles({ ...storage.supabase, tempDir: spoolDir })
  }
  return createLocalFiles({ root: storage.localDir })
}
