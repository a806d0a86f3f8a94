import { createJob, deleteJob, downloadArtifact, getJob, listArtifacts, listJobs, signedDownload } from '@mina/contract'
import { serve } from '../../access/route.ts'
import type { JobDownloads } from './downloads.ts'
import type { JobPolicy } from './policy.ts'
import { presentArtifact, presentJob } from './present.ts'
import type { JobService } from './service.ts'

export const jobRoutes = (policy: JobPolicy, jobs: JobService, downloads: JobDownloads) => [
  serve(createJob, async ({ principal, body, headers, files, request }) => {
    const job = await jobs.create(principal, { body, headers }, files, request)
    return presentJob(job, await jobs.artifacts(job))
  }),
  serve(listJobs, async ({ principal, query }) => {
    const { limit, offset, ...filter } = query
    const { page, total, artifacts } = await jobs.list(principal, filter, limit, offset)
    return { jobs: page.map((it) => presentJob(it, artifacts)), total, limit, offset }
  }),
  serve(getJob, async ({ principal, params }) => {
    const job = await policy.open(principal, params.id, 'read')
    return presentJob(job, await jobs.artifacts(job))
  }),
  serve(deleteJob, async ({ principal, params }) => {
    await jobs.remove(await policy.open(principal, params.id, 'write'))
    return { message: 'Job deleted' }
  }),
  serve(listArtifacts, async ({ principal, params }) => {
    const job = await policy.open(principal, params.id, 'read')
    return { job_id: job.id, artifacts: (await jobs.artifacts(job)).map(presentArtifact) }
  }),
  serve(downloadArtifact, async ({ principal, params }) => {
    const artifact = await policy.openArtifact(principal, params.id)
    const { url, seconds } = downloads.link(artifact)
    return {
      artifact_id: artifact.id,
      job_id: artifact.job_id,
      kind: artifact.kind,
      download_url: url,
      expires_in_seconds: seconds,
    }
  }),
  serve(signedDownload, async ({ params }) => await downloads.open(params.link)),
]
