import { type Double, type Reply, type SeenRequest, startDouble } from './server.ts'

interface ChatRequest {
  model: string
  messages: { role: string; content: string }[]
  response_format?: { type: string; json_schema?: { strict?: boolean } }
  thinking?: { type: string }
}

export interface ChatOptions {
  key?: string
  /** What the model makes of a text. */
  translate?: (text: string) => string
  /** The longest answer in characters before it is cut with finish_reason `length`. */
  longest?: number
  /** The ways of asking for JSON that this server knows. */
  formats?: readonly string[]
  models?: readonly string[]
  /** DeepSeek's models think unless told not to. */
  thinks?: boolean
}

const openAIFailure = (status: number) => {
  if (status === 401)
    return {
      error: {
        message: 'Incorrect API key provided: sk-se*ret.',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      },
    }
  if (status === 429)
    return {
      error: { message: 'Rate limit reached for requests', type: 'requests', param: null, code: 'rate_limit_exceeded' },
    }
  return { error: { message: `The server had an error (${status}).`, type: 'server_error', param: null, code: null } }
}

/** The last fenced part of what the user said is the text; a fenced part before it is context. */
const fenced = (content: string) =>
  [...content.matchAll(/<(text-[0-9a-f]+)>\n([\s\S]*?)\n<\/\1>/g)].at(-1)?.[2] ?? content

/** A server in OpenAI's chat format: OpenAI itself, DeepSeek, or a machine of one's own. */
export function startChatDouble(options: ChatOptions = {}): Promise<Double> {
  const { translate = (text: string) => text, longest = Number.POSITIVE_INFINITY, key } = options
  let number = 0

  const completion = (content: string, finish: string, asked: ChatRequest): Reply => {
    number += 1
    const tokens = (text: string) => Math.ceil(text.length / 4)
    const prompt_tokens = tokens(asked.messages.map((it) => it.content).join(''))
    const completion_tokens = tokens(content)
    const thoughts = options.thinks && asked.thinking?.type !== 'disabled' ? { reasoning_content: 'Let me think…' } : {}
    return {
      headers: { 'x-request-id': `req_${number}` },
      json: {
        id: `chatcmpl-${number}`,
        object: 'chat.completion',
        created: 1_790_000_000,
        model: asked.model,
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content, refusal: null, ...thoughts },
            logprobs: null,
            finish_reason: finish,
          },
        ],
        usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
        system_fingerprint: null,
      },
    }
  }

  const answerTo = (asked: ChatRequest, fault: string | undefined) => {
    const text = fenced(asked.messages.at(-1)!.content)
    if (!/JSON array/.test(asked.messages[0]!.content)) return translate(text)
    const passages = JSON.parse(text) as { id: number; text: string }[]
    const translations = passages.map((it) => ({ id: it.id, text: translate(it.text) }))
    if (fault === 'mixed-up') translations.splice(0, 2, { id: 1, text: translations.map((it) => it.text).join(' ') })
    return JSON.stringify({ translations })
  }

  const answer = (request: SeenRequest, fault: string | undefined): Reply => {
    if (key && request.headers.authorization !== `Bearer ${key}`) return { status: 401, json: openAIFailure(401) }
    if (!request.path.endsWith('/chat/completions'))
      return {
        status: 404,
        json: {
          error: { message: `Invalid URL (${request.path})`, type: 'invalid_request_error', param: null, code: null },
        },
      }
    const asked = JSON.parse(request.body) as ChatRequest
    if (options.models && !options.models.includes(asked.model))
      return {
        status: 404,
        json: {
          error: {
            message: `The model \`${asked.model}\` does not exist`,
            type: 'invalid_request_error',
            param: null,
            code: 'model_not_found',
          },
        },
      }
    const format = asked.response_format?.type
    if (format && options.formats && !options.formats.includes(format))
      return {
        status: 400,
        json: {
          error: {
            message: `This response_format type is unavailable now`,
            type: 'invalid_request_error',
            param: null,
            code: 'invalid_request_error',
          },
        },
      }
    if (fault === 'no-credit')
      return {
        status: 429,
        json: {
          error: {
            message: 'You exceeded your current quota',
            type: 'insufficient_quota',
            param: null,
            code: 'insufficient_quota',
          },
        },
      }
    if (fault === 'too-long')
      return {
        status: 400,
        json: {
          error: {
            message: "This model's maximum context length is 8192 tokens.",
            type: 'invalid_request_error',
            param: 'messages',
            code: 'context_length_exceeded',
          },
        },
      }
    if (fault === 'filtered') return completion('', 'content_filter', asked)
    if (fault === 'empty') return completion('', 'stop', asked)
    const content = answerTo(asked, fault)
    if (content.length > longest) return completion(content.slice(0, longest), 'length', asked)
    return completion(content, 'stop', asked)
  }

  return startDouble({ failure: openAIFailure, answer })
}

/** What a model was told and asked, for tests of prompts. */
export const chatRequest = (request: SeenRequest) => JSON.parse(request.body) as ChatRequest
