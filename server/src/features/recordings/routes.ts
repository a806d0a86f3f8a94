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
import { serve } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { RecordingParts } from './index.ts'

export const recordingRoutes = (parts: RecordingParts) => {
  const { open, accept, playback, exporting, repeating, sample, links } = parts
  return [
    serve(uploadRecording, async ({ principal, body, files, request }) => {
      const file = files.find((it) => it.field === 'file')
      if (!file) throw new Refusal('bad_request', 'No file part')
      if (file.size === 0 && !file.filename) throw new Refusal('bad_request', 'No selected file')
      await accept.requireSpace(0)
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
      const { id } = await open(principal, params.id, 'read')
      // Never the plain sound to somebody who asked for it without what is private.
      if (query.beep) throw new Refusal('bad_request', 'This server can not take personal data out of sound yet.')
      return await playback.audio(id, { request, reply, download: query.download === 'true' })
    }),
    serve(getPeaks, async ({ principal, params, query }) => {
      const { id } = await open(principal, params.id, 'read')
      return await playback.peaks(id, query.points)
    }),
    serve(exportConversation, async ({ principal, params, query }) => {
      const conversation = await open(principal, params.id, 'read')
      return await exporting.file(conversation, { ...query, redact: query.redact === 'true' })
    }),
  ]
}
