import type { Allowed } from '../../access/principal.ts'
import type { FileAnswer } from '../../access/route.ts'
import type { Files } from '../../platform/files/port.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { LinkSigner } from '../../platform/signing/links.ts'
import type { ArtifactRow, JobRepository } from './repository.ts'

interface DownloadParts {
  repository: JobRepository
  files: Files
  links: LinkSigner
  publicBaseUrl: string
  linkSeconds: number
}

const types: Record<ArtifactRow['kind'], string> = {
  transcript: 'text/plain; charset=utf-8',
  translation: 'text/plain; charset=utf-8',
  srt: 'application/x-subrip; charset=utf-8',
  json: 'application/json; charset=utf-8',
}

const ended = () =>
  new Refusal('forbidden', 'This link is altered or has ended. Ask for a new one at /saas/artifacts/:id/download.')

/** Links that open one artifact for a few minutes to whoever holds them. Nothing of them is kept. */
export const jobDownloads = ({ repository, files, links, publicBaseUrl, linkSeconds }: DownloadParts) => ({
  link(artifact: Allowed<ArtifactRow, 'read'>) {
    const { token } = links.sign({ object: artifact.id, owner: artifact.user_id, seconds: linkSeconds })
    return { url: `${publicBaseUrl}/saas/files/${artifact.id}.${token}`, seconds: linkSeconds }
  },

  async open(link: string): Promise<FileAnswer> {
    const cut = link.indexOf('.')
    const id = link.slice(0, cut)
    const grant = links.verify(link.slice(cut + 1), id)
    if (!grant) throw ended()
    const artifact = await repository.artifact(id)
    if (!artifact) throw new Refusal('not_found', 'The file is not there any more.')
    // The owner when the link was made must still be the owner.
    if (artifact.user_id !== grant.owner) throw ended()
    const file = await files.open(artifact.storage_ref)
    if (!file) throw new Refusal('not_found', 'The file is not there any more.')
    return {
      type: types[artifact.kind],
      body: file.body,
      size: file.size,
      filename: artifact.storage_ref.split('/').at(-1) ?? 'artifact',
      headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    }
  },
})
export type JobDownloads = ReturnType<typeof jobDownloads>
