import { getSpeechModel, listSpeechModels, openaiTranscribe, openaiTranslate } from '@mina/contract'
import { type Call, serve } from '../../../access/route.ts'
import type { Hearing, Wish } from '../../transcriptions/index.ts'
import type { Models } from '../models.ts'
import { answerOf } from './answer.ts'
import { inEnglish, type ToEnglish } from './english.ts'
import { noSuchModel } from './failures.ts'
import { type Asked, asked, comesAsEvents } from './fields.ts'
import { streamed } from './stream.ts'

export interface OpenaiParts {
  hearing: Hearing
  models: Models
  toEnglish: ToEnglish
}

type AudioCall = Call<typeof openaiTranscribe>

export function openaiRoutes({ hearing, models, toEnglish }: OpenaiParts) {
  const wishOf = (it: Asked): Wish => {
    const choice = models.choose(it.model)
    if (!choice) throw noSuchModel(it.model ?? '')
    const wantsTimes = it.granularities.has('word') || it.format === 'srt' || it.format === 'vtt'
    return {
      ...(choice.provider !== undefined && { provider: choice.provider }),
      ...(choice.model !== undefined && { model: choice.model }),
      ...((choice.diarize || it.format === 'diarized_json') && { diarize: true }),
      ...(it.language !== undefined && { language: it.language }),
      ...(it.prompt !== undefined && { prompt: it.prompt }),
      ...(it.temperature !== undefined && { temperature: it.temperature }),
      words: wantsTimes,
    }
  }

  const accept = async (call: AudioCall, it: Asked, endpoint: string) => {
    const { principal, request } = call
    const caller = { principal, request, endpoint }
    const accepted = await hearing.accept(it.file.path, wishOf(it), caller, { signal: request.signal })
    return { accepted, caller, signal: request.signal }
  }

  const timed = (call: AudioCall) => {
    const began = performance.now()
    return () => call.reply.header('openai-processing-ms', String(Math.round(performance.now() - began)))
  }

  return [
    serve(openaiTranscribe, async (call) => {
      const sayTime = timed(call)
      const it = asked(call.body, call.files)
      const asEvents = comesAsEvents(it)
      const { accepted, signal } = await accept(call, it, openaiTranscribe.path)
      if (asEvents) return { events: streamed(accepted, signal, it.format === 'diarized_json') }
      const transcript = await accepted.run(signal)
      sayTime()
      return answerOf(transcript, it)
    }),
    serve(openaiTranslate, async (call) => {
      const sayTime = timed(call)
      const it = asked(call.body, call.files, ['json', 'text', 'srt', 'verbose_json', 'vtt'])
      const { accepted, caller, signal } = await accept(call, it, openaiTranslate.path)
      const transcript = await inEnglish(await accepted.run(signal), toEnglish, caller, signal)
      sayTime()
      return answerOf(transcript, it, 'translate')
    }),
    serve(listSpeechModels, async () => models.list()),
    serve(getSpeechModel, async ({ params }) => {
      const model = models.get(params.model)
      if (!model) throw noSuchModel(params.model)
      return model
    }),
  ]
}
