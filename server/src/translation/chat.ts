import type OpenAI from 'openai'
import { providerFailure, TranslationError, timedOut, unreachable, unreadable } from './errors.ts'
import { codePoints } from './load.ts'
import type { EngineAnswer, EngineJob, RequestLimits, TranslationEngine } from './port.ts'
import { type Prices, tokenCost } from './prices.ts'
import { numberedPrompt, numberedSchema, textPrompt } from './prompts.ts'

/** Loaded with the first translation that needs it. */
const openai = () => import('openai')

type Structure = 'json_schema' | 'json_object' | 'none'

export interface ChatEngineOptions {
  name: string
  label: string
  keyVariable: string
  /** Why it can not be used, or null. */
  unavailable: () => string | null
  apiKey: string
  baseUrl: string | undefined
  model: string
  limits: RequestLimits
  /** How numbered answers are asked for; a server that does not know the way is asked in a plainer one. */
  structure: Structure
  /** Members of the request that only this provider knows. */
  extra?: Record<string, unknown>
  prices: Prices
  timeout_ms: number
}

const plainer: Record<Structure, Structure> = { json_schema: 'json_object', json_object: 'none', none: 'none' }

const responseFormat = (structure: Structure) => {
  if (structure === 'none') return {}
  if (structure === 'json_object') return { response_format: { type: 'json_object' as const } }
  return {
    response_format: {
      type: 'json_schema' as const,
      json_schema: { name: 'translations', strict: true, schema: numberedSchema },
    },
  }
}

/** A translator out of any model that speaks OpenAI's chat format. */
export function chatEngine(options: ChatEngineOptions): TranslationEngine {
  const { name, label, model, prices } = options
  let structure = options.structure
  let client: Promise<OpenAI> | undefined
  const connect = async () => {
    const { OpenAI } = await openai()
    // Retries are the translator's, so that every engine waits alike and an abort ends the waiting.
    return new OpenAI({
      apiKey: options.apiKey,
      baseURL: options.baseUrl,
      maxRetries: 0,
      timeout: options.timeout_ms,
      logLevel: 'off',
      organization: null,
      project: null,
    })
  }
  const connected = () => {
    client ??= connect()
    return client
  }

  async function ask(system: string, user: string, format: ReturnType<typeof responseFormat>, signal: AbortSignal) {
    try {
      const { chat } = await connected()
      return await chat.completions.create(
        {
          model,
          messages: [
            { role: 'system', content: system },
            { role: 'user', content: user },
          ],
          ...format,
          ...options.extra,
        },
        { signal },
      )
    } catch (error) {
      signal.throwIfAborted()
      throw await failure(options, error)
    }
  }

  async function answered(system: string, user: string, format: ReturnType<typeof responseFormat>, job: EngineJob) {
    const completion = await ask(system, user, format, job.signal)
    const input = completion.usage?.prompt_tokens ?? 0
    const output = completion.usage?.completion_tokens ?? 0
    const usage = { characters: 0, tokens: input + output, cost_usd: tokenCost(prices, model, input, output) }
    const choice = completion.choices?.[0]
    if (!choice?.message) throw spent(unreadable(name, label), usage)
    if (choice.finish_reason === 'length')
      throw spent(
        new TranslationError(name, 'provider_failed', `${label} kept cutting its answer short.`, { smaller: true }),
        usage,
      )
    if (choice.finish_reason === 'content_filter' || choice.message.refusal)
      throw spent(new TranslationError(name, 'provider_failed', `${label} declined to translate this text.`), usage)
    return { content: withoutThoughts(choice.message.content ?? ''), usage }
  }

  const single = async (text: string, job: EngineJob): Promise<EngineAnswer> => {
    const prompt = textPrompt(text, job)
    const { content, usage } = await answered(prompt.system, prompt.user, {}, job)
    return {
      texts: [prompt.unfenced(content)],
      detectedSource: null,
      usage: { ...usage, characters: codePoints(text) },
    }
  }

  const inStructure = async (texts: readonly string[], job: EngineJob, asked: Structure): Promise<EngineAnswer> => {
    const prompt = numberedPrompt(texts, job)
    const { content, usage } = await answered(prompt.system, prompt.user, responseFormat(asked), job)
    structure = asked
    const aligned = inOrder(prompt.unfenced(content), texts.length)
    if (aligned)
      return { texts: aligned, detectedSource: null, usage: { ...usage, characters: codePoints(texts.join('')) } }
    const text = `${label} mixed up the passages.`
    throw spent(new TranslationError(name, 'provider_failed', text, { smaller: true }), usage)
  }

  const numbered = async (texts: readonly string[], job: EngineJob, asked = structure): Promise<EngineAnswer> => {
    try {
      return await inStructure(texts, job, asked)
    } catch (error) {
      const refused = error instanceof TranslationError && error.status === 400 && !error.smaller
      if (!refused || asked === 'none') throw error
      return numbered(texts, job, plainer[asked])
    }
  }

  return {
    name,
    label,
    model,
    capabilities: { languages: 'any', detectsLanguage: false, glossary: 'prompt', limits: options.limits },
    unavailable: options.unavailable,
    request: (texts, job) => (texts.length === 1 ? single(texts[0]!, job) : numbered(texts, job)),
  }
}

const spent = (error: TranslationError, usage: EngineAnswer['usage']) => Object.assign(error, { usage })

/** Models that think aloud do so in front of their answer. */
const withoutThoughts = (content: string) => content.replace(/^\s*<think>[\s\S]*?<\/think>/, '')

/** The texts by their ids; null unless each id is there once. */
export function inOrder(content: string, count: number): string[] | null {
  const json = content.slice(content.indexOf('{'), content.lastIndexOf('}') + 1)
  let answer: unknown
  try {
    answer = JSON.parse(json)
  } catch {
    return null
  }
  const entries = (answer as { translations?: unknown } | null)?.translations
  if (!Array.isArray(entries) || entries.length !== count) return null
  const texts = new Map<number, string>()
  for (const entry of entries as ({ id?: unknown; text?: unknown } | null)[]) {
    if (typeof entry?.id !== 'number' || typeof entry.text !== 'string' || entry.text.trim() === '') return null
    texts.set(entry.id, entry.text)
  }
  const ordered = Array.from({ length: count }, (_, index) => texts.get(index + 1))
  return ordered.every((text) => text !== undefined) ? ordered : null
}

async function failure({ name, label, keyVariable }: ChatEngineOptions, error: unknown): Promise<unknown> {
  const { APIConnectionTimeoutError, APIError, APIUserAbortError } = await openai()
  if (error instanceof APIUserAbortError) return error
  if (error instanceof APIConnectionTimeoutError) return timedOut(name, label, error)
  if (!(error instanceof APIError))
    return error instanceof SyntaxError ? unreadable(name, label) : unreachable(name, label, error)
  if (error.status === undefined) return unreachable(name, label, error)
  if (error.code === 'context_length_exceeded' || error.status === 413)
    return new TranslationError(name, 'provider_failed', `${label} takes no text of this length.`, {
      status: error.status,
      smaller: true,
    })
  if (error.status === 404)
    return new TranslationError(name, 'provider_failed', `${label} does not know the model; check its name.`, {
      status: 404,
    })
  const exhausted = error.code === 'insufficient_quota' || error.type === 'insufficient_quota'
  return providerFailure(name, {
    label,
    keyVariable,
    status: error.status,
    headers: error.headers ?? new Headers(),
    exhausted,
    cause: error,
  })
}
