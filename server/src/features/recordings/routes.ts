import { uploadRecording } from '@mina/contract'
import { serve } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { RecordingParts } from './index.ts'

export const recordingRoutes = ({ accept }: RecordingParts) => [
  serve(uploadRecording, async ({ principal, body, files, request }) => {
    const file = files.find((it) => it.field === 'file') ?? files[0]
    if (!file) throw new Refusal('bad_request', 'No file part')
    if (file.size === 0 && !file.filename) throw new Refusal('bad_request', 'No selected file')
    await accept.requireSpace(0)
    return await accept.accept(principal, body, file, request.signal)
  }),
]
