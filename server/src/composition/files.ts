import { join } from 'node:path'
import type { Config } from '../config/index.ts'
import { createLocalFiles } from '../platform/files/local.ts'
import type { Files } from '../platform/files/port.ts'
import { createS3Files } from '../platform/files/s3.ts'
import { createSupabaseFiles } from '../platform/files/supabase.ts'

/** The storage that the operator chose. */
export function composeFiles({ storage }: Config, tempDir: string): Files {
  const spoolDir = join(tempDir, 'storage')
  if (storage.kind === 's3')
    return createS3Files({
      ...storage.s3,
      ...(storage.s3.endpoint && { endpoint: storage.s3.endpoint }),
      tempDir: spoolDir,
    })
  if (storage.kind === 'supabase') return createSupabaseFiles({ ...storage.supabase, tempDir: spoolDir })
  return createLocalFiles({ root: storage.localDir })
}
