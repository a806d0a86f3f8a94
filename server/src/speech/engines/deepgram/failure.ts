import { DeepgramError, DeepgramTimeoutError } from '@deepgram/sdk'
import { SpeechError } from '../../errors.ts'
import { refused } from '../../provider.ts'
import { retryAfterOf } from '../../retry.ts'

const names = { engine: 'deepgram', label: 'Deepgram', keyVariable: 'DEEPGRAM_API_KEY' }

/** The SDK tells statuses by `statusCode`, and a failed socket handshake only by its message. */
export function explainDeepgram(error: unknown): SpeechError | null {
  if (error instanceof DeepgramTimeoutError)
    return new SpeechError('deepgram', 'timeout', 'Deepgram took too long to answer.', { retryable: true })
  if (error instanceof DeepgramError && error.statusCode !== undefined) {
    const text = wordsOf(error.body)
    return refused({
      ...names,
      status: error.statusCode,
      retryAfter: error.rawResponse && retryAfterOf(new Headers(error.rawResponse.headers), Date.now()),
      badAudio: error.statusCode === 400 && /corrupt or unsupported|failed to process audio/i.test(text),
      noCredit: text.includes('ASR_PAYMENT_REQUIRED'),
    })
  }
  const handshake = /Unexpected server response: (\d{3})/.exec(messageOf(error))
  return handshake ? refused({ ...names, status: Number(handshake[1]) }) : null
}

const wordsOf = (body: unknown) => (typeof body === 'string' ? body : (JSON.stringify(body) ?? ''))

const messageOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : ''
