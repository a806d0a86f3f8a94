import type { DeepSeekForm } from '@mina/contract'
import type { z } from 'zod'
import type { Principal } from '../../access/principal.ts'
import type { CallInfo } from '../../access/route.ts'
import type { Log } from '../../platform/log.ts'
import { TranslationError } from '../../translation/errors.ts'
import { addUsage, noUsage, type Translation, type Translator } from '../../translation/port.ts'
import type { TranslatorName, Translators } from '../../translation/registry.ts'
import { asRefusal } from './failures.ts'
import { formRequestOf, type TextToTranslate } from './requests.ts'
import type { UsageMeter } from './usage.ts'
import type { TranslationWebhook } from './webhook.ts'

/** Who asks, from where, and by which path: what the usage log wants to know. */
export interface Caller {
  principal: Principal
  request: Pick<CallInfo, 'ip' | 'userAgent' | 'signal'>
  endpoint: string
}

export interface TextResult extends Translation {
  text: string
}

export interface TranslationServiceParts {
  translators: Translators
  webhook: TranslationWebhook
  usage: UsageMeter
  log: Log
}

export function translationService({ translators, webhook, usage, log }: TranslationServiceParts) {
  const record = async (caller: Caller, translator: Translator, spent: Translation['usage'], failed: boolean) => {
    const { principal, request, endpoint } = caller
    const { characters, tokens, cost_usd } = spent
    await usage.record({ principal, request, service: translator.name, endpoint, characters, tokens, cost_usd, failed })
  }

  /** Translates one text with the named engine and enters what it cost, also where it failed. */
  async function translate(engine: TranslatorName, it: TextToTranslate, caller: Caller): Promise<TextResult> {
    const translator = translators.get(engine)
    const spent = noUsage()
    try {
      const translation = await translator.translate([it.text], {
        source: it.source_language,
        target: it.target_language,
        glossary: it.glossary,
        signal: caller.request.signal,
        onUsage: (more) => addUsage(spent, more),
      })
      await record(caller, translator, spent, false)
      return { ...translation, text: translation.texts[0]! }
    } catch (error) {
      const known = error instanceof TranslationError
      if (known) log.warn({ engine, code: error.code, status: error.status }, 'a translation failed')
      if (spent.characters + spent.tokens > 0) await record(caller, translator, spent, true)
      throw asRefusal(error)
    }
  }

  /** DeepSeek for the caller, or for the operator's webhook with what the caller wants passed on. */
  async function forward(form: z.output<typeof DeepSeekForm>, caller: Caller) {
    const { text: _, source_language, target_language, isDev, isLocal, ...passedOn } = form
    const request = formRequestOf(form)
    try {
      const url = isLocal ? null : webhook.address(isDev)
      const translation = await translate('deepseek', request, caller)
      if (url === null) return { translated_text: translation.text }
      await webhook.send(
        url,
        { translation: translation.text, transcription: request.text, ...passedOn },
        caller.request.signal,
      )
      return { message: 'Request sent to external service' }
    } catch (error) {
      throw asRefusal(error)
    }
  }

  return { translate, forward }
}
export type TranslationService = ReturnType<typeof translationService>
