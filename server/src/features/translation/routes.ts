import {
  translateWithDeepSeek,
  translateWithGoogle,
  translateWithLibreTranslate,
  translateWithLocal,
  translateWithOpenAI,
} from '@mina/contract'
import { serve } from '../../access/route.ts'
import { requestOf, type TextToTranslate } from './requests.ts'
import type { TextResult, TranslationService } from './service.ts'

const answered = (it: TextToTranslate, { text, detectedSource, chunks }: TextResult) => ({
  translated_text: text,
  // Only where the source was left to the engine there is one that was detected.
  source_language: detectedSource ?? it.source_language,
  target_language: it.target_language,
  ...(chunks > 1 ? { chunks_processed: chunks } : {}),
})

export const translationRoutes = (translations: TranslationService) => [
  serve(translateWithOpenAI, async ({ principal, request, body }) => {
    const it = requestOf(body)
    const caller = { principal, request, endpoint: translateWithOpenAI.path }
    return answered(it, await translations.translate('openai', it, caller))
  }),
  serve(translateWithGoogle, async ({ principal, request, body }) => {
    const it = requestOf(body)
    const caller = { principal, request, endpoint: translateWithGoogle.path }
    const { text, detectedSource } = await translations.translate('google', it, caller)
    return { translated_text: text, detected_source_language: detectedSource ?? it.source_language }
  }),
  serve(translateWithLibreTranslate, async ({ principal, request, body }) => {
    const it = requestOf(body)
    const caller = { principal, request, endpoint: translateWithLibreTranslate.path }
    return answered(it, await translations.translate('libretranslate', it, caller))
  }),
  serve(translateWithLocal, async ({ principal, request, body }) => {
    const it = requestOf(body)
    const caller = { principal, request, endpoint: translateWithLocal.path }
    return answered(it, await translations.translate('local', it, caller))
  }),
  serve(translateWithDeepSeek, async ({ principal, request, body }) =>
    translations.forward(body, { principal, request, endpoint: translateWithDeepSeek.path }),
  ),
]
