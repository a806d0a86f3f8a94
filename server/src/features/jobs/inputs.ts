import { readFile, stat } from 'node:fs/promises'
import { checkedKey } from '../../platform/files/key.ts'
import type { Files } from '../../platform/files/port.ts'
import { webAddress } from '../../platform/outbound/links.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { JobRepository, JobRow } from './repository.ts'

/** What a job works on: a file that we keep, or a link that is still to be followed. */
export type Input = { key: string } | { link: string }

const wrong = (text: string) => new Refusal('bad_request', `input_ref: ${text}`, { details: { field: 'input_ref' } })
const notMine = () =>
  wrong('must be a storage key of yours, job: and the id of a job of yours, or an http(s) link to a recording.')

const isPlainKey = (key: string) => {
  try {
    return checkedKey(key) === key
  } catch {
    return false
  }
}

/** The folder of one job, all of it. */
export const folderOf = ({ user_id, id }: Pick<JobRow, 'user_id' | 'id'>) => `users/${user_id}/jobs/${id}/`

/** Reads a reference as this person may use it. Another's is refused in the same words as one that is nonsense. */
export const inputReader = (repository: JobRepository, files: Files) => ({
  async resolve(userId: string, type: JobRow['type'], ref: string): Promise<Input> {
    if (/^https?:/i.test(ref)) return { link: webAddress(ref).href }
    const [, jobId] = /^job:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(ref) ?? []
    if (jobId) {
      const job = await repository.find(jobId)
      if (job?.user_id !== userId) throw notMine()
      if (type === 'transcription') {
        if (!job.input_key) throw wrong('this job has no recording that is kept.')
        return { key: job.input_key }
      }
      const transcript = (await repository.artifactsOf([job.id])).find((it) => it.kind === 'transcript')
      if (!transcript) throw wrong('this job has no transcript. Wait until it is done.')
      return { key: transcript.storage_ref }
    }
    if (!ref.startsWith(`users/${userId}/`) || !isPlainKey(ref)) throw notMine()
    if (!(await files.stat(ref))) throw notMine()
    return { key: ref }
  },
})

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The text of a file; anything but text is refused, whatever it is called. */
export async function readText(path: string, most: number): Promise<string> {
  const { size } = await stat(path)
  if (size > most) throw new Refusal('too_long', `The text is longer than ${Math.round(most / 1_048_576)} MB.`)
  let text: string
  try {
    text = utf8.decode(await readFile(path))
  } catch {
    throw new Refusal('unsupported_type', 'The file is not text. Send plain text in UTF-8.')
  }
  if (text.includes('\0')) throw new Refusal('unsupported_type', 'The file is not text. Send plain text in UTF-8.')
  if (text.trim() === '') throw new Refusal('bad_request', 'Text cannot be empty')
  return text
}
