import { retry, retryAfterSeconds } from '../../platform/retry.ts'
import type { RetrySettings } from '../../translation/asking.ts'
import { TranslationError } from '../../translation/errors.ts'

export interface WebhookSettings {
  /** DEEPSEEK_WEBHOOK_URL: the operator's choice, so it may well be in their own network. */
  webhookUrl?: string | undefined
  /** DEEPSEEK_WEBHOOK_URL_DEV */
  webhookUrlDev?: string | undefined
  timeout_ms?: number
  retries?: RetrySettings
}

export type WebhookForm = Record<string, string | undefined>

const failed = (retryable: boolean, options: { retryAfter?: number | undefined; cause?: unknown } = {}) =>
  new TranslationError('webhook', 'provider_failed', 'Failed to send request to external service', {
    retryable,
    ...options,
  })

/** Where translations are passed on to, as a form. */
export function translationWebhook(settings: WebhookSettings) {
  const { timeout_ms = 30_000 } = settings

  async function post(url: string, body: URLSearchParams, signal: AbortSignal): Promise<void> {
    const timeout = AbortSignal.timeout(timeout_ms)
    let answer: Response
    try {
      answer = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.any([signal, timeout]),
      })
      await answer.body?.cancel()
    } catch (error) {
      signal.throwIfAborted()
      // What timed out may have arrived: sent again, it would be there twice.
      if (!timeout.aborted) throw failed(true, { cause: error })
      throw new TranslationError('webhook', 'timeout', 'The external service did not answer in time.', { cause: error })
    }
    if (answer.ok) return
    const retryable = answer.status === 429 || answer.status >= 500
    throw failed(retryable, { retryAfter: retryAfterSeconds(answer.headers) })
  }

  /** The address for a call, asked for before anything is spent on the translation. */
  const address = (dev: boolean): string => {
    const url = dev ? settings.webhookUrlDev : settings.webhookUrl
    if (url) return url
    const variable = dev ? 'DEEPSEEK_WEBHOOK_URL_DEV' : 'DEEPSEEK_WEBHOOK_URL'
    const text = `No webhook is set up to send the translation to: set ${variable}, or send isLocal=true.`
    throw new TranslationError('webhook', 'unavailable', text)
  }

  async function send(url: string, form: WebhookForm, signal: AbortSignal): Promise<void> {
    const fields = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const body = new URLSearchParams(fields)
    await retry(() => post(url, body, signal), {
      ...settings.retries,
      judge: (error) =>
        error instanceof TranslationError ? { retry: error.retryable, after_s: error.retryAfter } : { retry: false },
      signal,
    })
  }

  return { address, send }
}
export type TranslationWebhook = ReturnType<typeof translationWebhook>
