import { type Allowed, allowed, type Principal } from '../../access/principal.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { ArtifactRow, JobRepository, JobRow } from './repository.ts'

/** Clients of this family are told that something is another's (403), not only that it is not there. */
const foreign = () => new Refusal('forbidden', 'This belongs to another account.')

export const jobPolicy = (repository: JobRepository) => ({
  async open<To extends 'read' | 'write'>(principal: Principal, id: string, _to: To): Promise<Allowed<JobRow, To>> {
    const row = await repository.find(id)
    if (!row) throw new Refusal('not_found', 'Job not found')
    if (row.user_id !== principal.userId) throw foreign()
    return allowed<To, JobRow>(row)
  },
  async openArtifact(principal: Principal, id: string): Promise<Allowed<ArtifactRow, 'read'>> {
    const row = await repository.artifact(id)
    if (!row) throw new Refusal('not_found', 'Artifact not found')
    if (row.user_id !== principal.userId) throw foreign()
    return allowed<'read', ArtifactRow>(row)
  },
})
export type JobPolicy = ReturnType<typeof jobPolicy>
