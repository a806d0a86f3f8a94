import type { Job } from '@mina/contract'
import type { ArtifactRow, JobRow } from './repository.ts'

export const presentArtifact = ({ id, job_id, kind, storage_ref }: ArtifactRow) => ({ id, job_id, kind, storage_ref })

export const presentJob = (row: JobRow, artifacts: readonly ArtifactRow[]): Job => ({
  id: row.id,
  user_id: row.user_id,
  type: row.type,
  status: row.status,
  progress: Math.round(row.progress),
  input_ref: row.input_ref,
  error_message: row.error_message,
  created_at: row.created_at.toISOString(),
  completed_at: row.completed_at?.toISOString() ?? null,
  artifacts: artifacts.filter((it) => it.job_id === row.id).map(presentArtifact),
})
