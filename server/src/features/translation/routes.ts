import {
  translateWithDeepSeek,
  translateWithGoogle,
  translateWithLibreTranslate,
  translateWithLocal,
  translateWithOpenAI,
} from '@mina/contract'
import { serve } from '../../access/route.ts'
import type { Translation } from '../../translation/port.ts'
import type { TextToTranslate, TranslationService } from './service.ts'

const answered = (it: TextToTranslate, { text, detectedSource, chunks }: Translation & { text: string }) => ({
  translated_text: text,
  // Only where the source was left to the engine there is one that was detected.
  source_language: detectedSource ?? (it.source_language || 'auto'),
  target_language: it.target_language,
  ...(chunks > 1 ? { chunks_processed: chunks } : {}),
})

export const translationRoutes = (translations: TranslationService) => [
  serve(translateWithOpenAI, async ({ principal, request, body }) =>
    answered(
      body,
      await translations.translate('openai', body, { principal, request, endpoint: translateWithOpenAI.path }),
    ),
  ),
  serve(translateWithGoogle, async ({ principal, request, body }) => {
    const caller = { principal, request, endpoint: translateWithGoogle.path }
    const { text, detectedSource } = await translations.translate('google', body, caller)
    return { translated_text: text, detected_source_language: detectedSource ?? body.source_language }
  }),
  serve(translateWithLibreTranslate, async ({ principal, request, body }) => {
    const caller = { principal, request, endpoint: translateWithLibreTranslate.path }
    return answered(body, await translations.translate('libretranslate', body, caller))
  }),
  serve(translateWithLocal, async ({ principal, request, body }) =>
    answered(
      body,
      await translations.translate('local', body, { principal, request, endpoint: translateWithLocal.path }),
    ),
  ),
  serve(translateWithDeepSeek, ({ principal, request, body }) =>
    translations.forward(body, { principal, request, endpoint: translateWithDeepSeek.path }),
  ),
]
