import {
  transcribeAndTranslate,
  transcribeLocally,
  transcribeVideo,
  transcribeWithAssemblyAI,
  transcribeWithDeepgram,
  transcribeWithWhisper,
} from '@mina/contract'
import { type Call, serve } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { TranslationService } from '../translation/index.ts'
import { engineIn, fileIn, languageIn, modelSizeIn, translatorIn } from './fields.ts'
import type { Hearing } from './hearing.ts'
import { linesOf, platformTranscript, warningsOf } from './present.ts'
import { textOf } from './spoken.ts'
import type { Videos } from './video.ts'

export interface RoutesParts {
  hearing: Hearing
  videos: Videos
  translation: Pick<TranslationService, 'translate'>
}

/** The calls that take a file in `audio`; they differ in the engine only. */
type AudioCall = Call<typeof transcribeWithDeepgram>

const isJson = (call: { request: { headers: Readonly<Record<string, string | string[] | undefined>> } }) =>
  /^application\/json\b/i.test(String(call.request.headers['content-type'] ?? ''))

export function transcriptionRoutes({ hearing, videos, translation }: RoutesParts) {
  const transcribe = (provider: string, endpoint: string) => async (call: Omit<AudioCall, 'reply'>) => {
    const { body, files, principal, request } = call
    const file = fileIn(files, 'audio')
    const language = languageIn(body.language, 'en')
    // Deepgram gives words with every answer; elsewhere they are work of their own.
    const words = body.words || provider === 'deepgram'
    const { diarize, multichannel, punctuate, paragraphs } = body
    const model = body.model?.trim() || undefined
    const accepted = await hearing.accept(
      file.path,
      { provider, language, model, diarize, multichannel, punctuate, paragraphs, words },
      { principal, request, endpoint },
      { signal: request.signal },
    )
    const speakers = diarize || multichannel
    return platformTranscript(await accepted.run(request.signal), { language, speakers, diarize, paragraphs, words })
  }

  async function translated(call: Call<typeof transcribeAndTranslate>) {
    const { body, files, principal, request } = call
    const file = fileIn(files, 'audio')
    const translator = body.translate ? translatorIn(body.translation_model) : null
    const language = languageIn(body.language, 'en')
    const target_language = body.target_language?.trim() || 'en'
    const caller = { principal, request, endpoint: transcribeAndTranslate.path }
    const wish = { provider: engineIn(body.transcript_model), language }
    const accepted = await hearing.accept(file.path, wish, caller, { signal: request.signal })
    const transcript = await accepted.run(request.signal)
    const text = textOf(transcript.utterances)
    const source_language = transcript.language ?? language
    return {
      formatted_transcript_array: linesOf(transcript.utterances),
      transcript: text,
      translated_text:
        translator && text !== ''
          ? (await translation.translate(translator, { text, source_language, target_language }, caller)).text
          : null,
      warnings: warningsOf(transcript),
    }
  }

  return [
    serve(transcribeWithDeepgram, transcribe('deepgram', transcribeWithDeepgram.path)),
    serve(transcribeWithWhisper, transcribe('openai', transcribeWithWhisper.path)),
    serve(transcribeWithAssemblyAI, transcribe('assemblyai', transcribeWithAssemblyAI.path)),
    serve(transcribeLocally, transcribe('local', transcribeLocally.path)),
    serve(transcribeAndTranslate, translated),
    serve(transcribeVideo, async (call) => {
      const { body, files, principal, request } = call
      const caller = { principal, request, endpoint: transcribeVideo.path }
      const wanted = () => ({
        size: modelSizeIn(body.model_size),
        language: body.language ? languageIn(body.language, 'auto') : undefined,
      })
      if (isJson(call)) {
        if (body.video_url === undefined) throw new Refusal('bad_request', 'video_url is required for JSON requests')
        return await videos.fromUrl(body.video_url, wanted(), caller, request.signal)
      }
      fileIn(files, 'video')
      return await videos.fromFile(files, wanted(), caller, request.signal)
    }),
  ]
}
