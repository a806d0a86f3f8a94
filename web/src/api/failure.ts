import type { ErrorCode } from '@mina/contract'
import { type Say, useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'

/** A code of the contract; or `offline` when no answer came at all. */
export type FailureCode = ErrorCode | 'offline'

export interface ApiError extends Error {
  name: 'ApiError'
  code: FailureCode
  status: number
  /** Which field is wrong, the current row of a conflict, and the like: all that the answer says beside its sentence. */
  details?: Readonly<Record<string, unknown>>
  /** For the one who helps: names this very call in the server's log. */
  requestId?: string
}

export const apiError = (it: Omit<ApiError, 'name'>): ApiError =>
  Object.assign(new Error(it.message), { ...it, name: 'ApiError' as const })

export const isApiError = (it: unknown, code?: FailureCode): it is ApiError =>
  it instanceof Error && it.name === 'ApiError' && (code === undefined || (it as ApiError).code === code)

type ShellSay = typeof shell extends { load: (...it: never) => Promise<infer S> } ? S : Say<never>

let toldSettings = false
/** Whoever can change the server's settings is told which one to change; everybody else, whom to ask. */
export const tellSettings = (to: boolean) => {
  toldSettings = to
}

const namesSetting = (sentence: string) => /\b[A-Z][A-Z\d]*(?:_[A-Z\d]+)+\b/.test(sentence)

/** What the server says, without the sentences that name a setting, which only help who runs it. */
function forReader(words: ShellSay, message: string) {
  if (toldSettings || !namesSetting(message)) return message
  const rest = message.split(/(?<=[.!?])\s+/).filter((it) => !namesSetting(it))
  return [...rest, words('error.setting')].join(' ')
}

export function useForReader() {
  const words = useWords(shell)
  return (message: string) => forReader(words, message)
}

/** What happened, what is safe, what to do. The server's own sentence is shown where it says more than the code. */
export function failureText(words: ShellSay, failure: unknown): string {
  if (!isApiError(failure)) return words('error.internal')
  const { code, message } = failure
  switch (code) {
    case 'timeout_request':
      return words('error.timeout')
    case 'bad_request':
    case 'too_large':
    case 'too_long':
    case 'unsupported_type':
    case 'unprocessable_audio':
    case 'unsupported_language':
    case 'provider_failed':
    case 'unavailable':
      return words(`error.${code}`, { message: forReader(words, message) }).trim()
    default:
      return words(`error.${code}`)
  }
}

export function useFailureText() {
  const words = useWords(shell)
  return (failure: unknown) => failureText(words, failure)
}

/** Codes whose sentence in the catalogue says less than the server's own, in its words. */
const spoken = new Set<string>([
  'provider_failed',
  'unavailable',
  'unprocessable_audio',
  'unsupported_type',
  'storage_full',
  'quota_exceeded',
])

/** Why work in the background failed, as it is kept with the conversation. */
export function useReasonText() {
  const say = useFailureText()
  const forReader = useForReader()
  return ({ code, message }: { code: string; message: string }) =>
    spoken.has(code) ? say(apiError({ code: code as FailureCode, status: 0, message })) : forReader(message)
}

/** Which field of a refused body is wrong, and why. */
export function fieldProblems(failure: unknown): Record<string, string> {
  const field = isApiError(failure) && failure.details?.field
  if (!isApiError(failure) || typeof field !== 'string') return {}
  return { [field]: failure.message.replace(`${field}: `, '') }
}
