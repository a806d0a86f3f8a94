import type OpenAI from 'openai'
import { z } from 'zod'
import { type Clock, systemClock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'

/** Loaded with the first question: a server without a language model does not carry it. */
const loadSdk = () => import('openai')
type Sdk = Awaited<ReturnType<typeof loadSdk>>

export interface ModelSettings {
  /** Ends with the version path: https://api.openai.com/v1, http://127.0.0.1:11434/v1. */
  baseUrl: string
  apiKey?: string
  model: string
  /** How much transcript goes into one request. Small local models forget, silently, what is over their window. */
  inputTokens?: number
  /** For one try. */
  timeoutMs?: number
  /** For one answer, tries and pauses together. */
  deadlineMs?: number
  retries?: number
}

export interface Usage {
  input_tokens: number
  output_tokens: number
  requests: number
}

export interface Question<T> {
  /** Of the schema, for the provider. */
  name: string
  schema: z.ZodType<T>
  system: string
  user: string
  signal?: AbortSignal
  /** What each request of this question cost. */
  onUsage?: (usage: Usage) => void
}

export interface ChatModel {
  readonly name: string
  readonly inputTokens: number
  answer<T>(question: Question<T>): Promise<T>
}

export const noModel = () =>
  new Refusal(
    'unavailable',
    'No language model is configured. Set LLM_BASE_URL and LLM_MODEL, or use the built-in insights.',
  )

/** The same model with a meter of its own, for one piece of work among several that go on at once. */
export function metered(model: ChatModel, tell?: (spent: Usage) => void): { model: ChatModel; usage: Usage } {
  const usage: Usage = { input_tokens: 0, output_tokens: 0, requests: 0 }
  const onUsage = (spent: Usage) => {
    usage.input_tokens += spent.input_tokens
    usage.output_tokens += spent.output_tokens
    usage.requests += spent.requests
    tell?.(spent)
  }
  return { model: { ...model, answer: (question) => model.answer({ ...question, onUsage }) }, usage }
}

/** The answer did not fit, or the question did not: less has to be asked at once. */
export class TooMuchAtOnce extends Error {
  constructor() {
    super('The language model ran out of room.')
    this.name = 'TooMuchAtOnce'
  }
}

type Format = 'json_schema' | 'json_object' | 'none'
const weaker: Readonly<Record<Format, Format | null>> = { json_schema: 'json_object', json_object: 'none', none: null }

/** A model behind an OpenAI-compatible chat endpoint, asked for JSON of a given shape. */
export function createChatModel(settings: ModelSettings, log: Log, clock: Clock = systemClock): ChatModel {
  const { deadlineMs = 180_000, model } = settings
  const connect = async () => {
    const { OpenAI } = await loadSdk()
    return new OpenAI({
      baseURL: settings.baseUrl,
      // Local servers want none, the SDK does.
      apiKey: settings.apiKey || 'none',
      timeout: settings.timeoutMs ?? 90_000,
      maxRetries: settings.retries ?? 3,
      // What it would log are requests, and requests are what people said.
      logLevel: 'off',
    })
  }
  let client: Promise<OpenAI> | undefined
  let format: Format = 'json_schema'
  const breaker = createBreaker(clock)

  const send = async (question: Question<unknown>, hint: string, signal: AbortSignal): Promise<string> => {
    client ??= connect()
    const { chat } = await client
    const shape = z.toJSONSchema(question.schema, { target: 'draft-7' })
    for (;;) {
      try {
        const completion = await chat.completions.create(
          {
            model,
            temperature: 0.2,
            messages: [
              {
                role: 'system',
                content: `${question.system}\n\nAnswer with JSON of this schema only:\n${JSON.stringify(shape)}${hint}`,
              },
              { role: 'user', content: question.user },
            ],
            ...responseFormat(format, question.name, shape),
          },
          { signal },
        )
        question.onUsage?.({
          requests: 1,
          input_tokens: completion.usage?.prompt_tokens ?? 0,
          output_tokens: completion.usage?.completion_tokens ?? 0,
        })
        return contentOf(completion)
      } catch (error) {
        const next = isAboutFormat(await loadSdk(), error) ? weaker[format] : null
        if (!next) throw error
        log.info({ model, format: next }, 'the language model does not know this response format, asking more simply')
        format = next
      }
    }
  }

  return {
    name: model,
    inputTokens: settings.inputTokens ?? 6_000,
    async answer<T>(question: Question<T>): Promise<T> {
      breaker.check()
      const deadline = AbortSignal.timeout(deadlineMs)
      const signal = question.signal ? AbortSignal.any([question.signal, deadline]) : deadline
      try {
        let hint = ''
        for (let attempt = 0; attempt < 2; attempt += 1) {
          const read = question.schema.safeParse(jsonIn(await send(question, hint, signal)))
          breaker.worked()
          if (read.success) return read.data
          hint = '\n\nYour last answer was not valid JSON of this schema. Answer with nothing but the JSON.'
        }
      } catch (error) {
        if (question.signal?.aborted) throw question.signal.reason
        if (deadline.aborted || isOutage(await loadSdk(), error)) breaker.failed()
        if (deadline.aborted)
          throw new Refusal('timeout', 'The language model did not answer in time. Try again, or with a smaller model.')
        throw explained(await loadSdk(), error, log)
      }
      throw new Refusal(
        'provider_failed',
        'The language model did not answer in the form it was asked for. Try again, or set LLM_MODEL to a larger model.',
      )
    },
  }
}

/** A model that is down is left alone for a while, so that callers hear so at once instead of after every retry. */
function createBreaker(clock: Clock, limit = 5, rest_ms = 30_000) {
  let failures = 0
  let closedAgain = 0
  return {
    check() {
      const wait = closedAgain - clock.now().getTime()
      if (wait <= 0) return
      throw new Refusal('unavailable', 'The language model has been failing. It is tried again shortly.', {
        retryAfter: Math.ceil(wait / 1_000),
      })
    },
    worked() {
      failures = 0
    },
    failed() {
      failures += 1
      if (failures >= limit) closedAgain = clock.now().getTime() + rest_ms
    },
  }
}

const isOutage = ({ APIError, APIUserAbortError }: Sdk, error: unknown): boolean =>
  error instanceof APIError &&
  !(error instanceof APIUserAbortError) &&
  (error.status === undefined || error.status >= 429)

function responseFormat(format: Format, name: string, schema: Record<string, unknown>) {
  if (format === 'json_schema') {
    return { response_format: { type: 'json_schema' as const, json_schema: { name, strict: true, schema } } }
  }
  return format === 'json_object' ? { response_format: { type: 'json_object' as const } } : {}
}

function contentOf({ choices }: OpenAI.Chat.Completions.ChatCompletion): string {
  const [choice] = choices
  if (choice?.finish_reason === 'length') throw new TooMuchAtOnce()
  if (choice?.message.refusal || choice?.finish_reason === 'content_filter') {
    throw new Refusal(
      'provider_failed',
      'The language model refused to work on this text. The built-in insights still do.',
    )
  }
  return choice?.message.content ?? ''
}

/** Reasoning models think aloud first, and small ones like to wrap JSON in a code fence. */
function jsonIn(content: string): unknown {
  const bare = content.replace(/<think>[\s\S]*?<\/think>/g, '').trim()
  const from = bare.indexOf('{')
  const to = bare.lastIndexOf('}')
  try {
    return JSON.parse(from < 0 ? bare : bare.slice(from, to + 1))
  } catch {
    return undefined
  }
}

const isAboutFormat = ({ APIError }: Sdk, error: unknown): boolean =>
  error instanceof APIError &&
  (error.status === 400 || error.status === 422) &&
  /response_format|json_schema|json_object|grammar|structured/i.test(error.message)

/** The SDK has already retried what is worth retrying. Nothing of the provider's text reaches the caller. */
function explained(sdk: Sdk, error: unknown, log: Log): unknown {
  const { APIConnectionTimeoutError, APIError, APIUserAbortError } = sdk
  if (error instanceof Refusal || error instanceof TooMuchAtOnce || error instanceof APIUserAbortError) return error
  if (error instanceof APIConnectionTimeoutError) {
    return new Refusal('timeout', 'The language model did not answer in time. Try again, or with a smaller model.', {
      cause: error,
    })
  }
  if (!(error instanceof APIError)) return error
  log.warn({ status: error.status ?? null, kind: error.name }, 'the language model failed')
  const { status } = error
  if (status === 400 && /context|too (?:long|many tokens|large)|maximum.*(?:length|tokens)/i.test(error.message))
    return new TooMuchAtOnce()
  const failed = (message: string, retryAfter?: number) =>
    new Refusal('provider_failed', message, { cause: error, ...(retryAfter && { retryAfter }) })
  if (status === undefined)
    return failed('The language model can not be reached. Check that LLM_BASE_URL is right and its server is running.')
  if (status === 401 || status === 403) return failed('The language model refused its key. Check LLM_API_KEY.')
  if (status === 404) return failed('The language model is not known at its address. Check LLM_MODEL and LLM_BASE_URL.')
  if (status === 413) return new TooMuchAtOnce()
  if (status === 429) {
    const wait = Number(error.headers?.get('retry-after'))
    return failed(
      'The language model is busy. Try again later.',
      Number.isFinite(wait) && wait > 0 ? Math.ceil(wait) : 30,
    )
  }
  return failed(`The language model failed with status ${status}. Try again later.`)
}
