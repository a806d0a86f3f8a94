import {
  cancelTranscription,
  exportConversation,
  getAudio,
  getPeaks,
  openSample,
  transcribeAgain,
  uploadLink,
  uploadRecording,
} from '@mina/contract'
import type { Audit } from '../../access/audit.ts'
import { serve } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Open } from '../conversations/index.ts'
import type { AcceptService } from './accept.ts'
import type { Beeping } from './beeping.ts'
import type { Exporting } from './exporting.ts'
import type { Links } from './links.ts'
import type { Playback } from './playback.ts'
import { isBeginning } from './playback.ts'
import type { Repeating } from './repeating.ts'
import type { Sample } from './sample.ts'

export interface RecordingParts {
  audit: Audit
  open: Open
  accept: AcceptService
  playback: Playback
  beeping: Beeping
  exporting: Exporting
  repeating: Repeating
  sample: Sample
  links: Links
}

export const recordingRoutes = (parts: RecordingParts) => {
  const { open, audit, accept, playback, beeping, exporting, repeating, sample, links } = parts
  return [
    serve(uploadRecording, async ({ principal, body, files, request }) => {
      const file = files.find((it) => it.field === 'file')
      if (!file) throw new Refusal('bad_request', 'No file part')
      if (file.size === 0 && !file.filename) throw new Refusal('bad_request', 'No selected file')
      return await accept.accept(principal, body, file, request.signal)
    }),
    serve(uploadLink, ({ principal, body }) => links.accept(principal, body)),
    serve(openSample, ({ principal }) => sample.open(principal)),
    serve(transcribeAgain, async ({ principal, params, body }) =>
      repeating.again(principal, await open(principal, params.id, 'write'), body),
    ),
    serve(cancelTranscription, async ({ principal, params }) =>
      repeating.cancel(await open(principal, params.id, 'write')),
    ),
    serve(getAudio, async ({ principal, params, query, request, reply }) => {
      const conversation = await open(principal, params.id, 'read')
      const { id } = conversation
      const saved = query.download === 'true'
      const listening = { request, reply, as: saved ? ('saved' as const) : ('played' as const) }
      const answer = query.beep ? await beeping.audio(conversation, listening) : await playback.audio(id, listening)
      if (saved && isBeginning(answer))
        await audit.record({ action: 'download', actorId: principal.userId, subjectId: id, ip: request.ip })
      return answer
    }),
    serve(getPeaks, async ({ principal, params, query }) => {
      const { id } = await open(principal, params.id, 'read')
      return await playback.peaks(id, query.points)
    }),
    serve(exportConversation, async ({ principal, params, query, request }) => {
      const conversation = await open(principal, params.id, 'read')
      const redact = query.redact === 'true'
      const file = await exporting.file(conversation, { ...query, redact })
      const { format } = query
      await audit.record({
        action: 'export',
        actorId: principal.userId,
        subjectId: conversation.id,
        ip: request.ip,
        details: { format, redact },
      })
      return file
    }),
  ]
}
