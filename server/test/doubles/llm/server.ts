import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What arrived at the chat endpoint, as it came over the wire. */
export interface ChatRequest {
  model: string
  system: string
  user: string
  format: string
  schema: Record<string, unknown> | null
  authorization: string | null
}

/** One answer of the script; without one the double's `answer` decides. */
export type Step =
  | { json: unknown }
  | { text: string }
  | { refusal: string }
  /** Cut off in the middle, finish_reason `length`. */
  | { cut: string }
  | { status: number; message?: string; headers?: Record<string, string> }
  /** Takes the request and never answers. */
  | { hang: true }
  /** Breaks the connection off. */
  | { drop: true }

export interface LlmDouble {
  baseUrl: string
  requests: ChatRequest[]
  script(...steps: Step[]): void
  answerWith(answer: (request: ChatRequest) => Step): void
  close(): Promise<void>
}

/** An OpenAI-compatible chat completions endpoint on 127.0.0.1 that follows a script. */
export async function startLlmDouble(): Promise<LlmDouble> {
  const steps: Step[] = []
  const requests: ChatRequest[] = []
  let answer = (_: ChatRequest): Step => ({ status: 500, message: 'no answer was scripted' })

  const server = createServer((request, response) => {
    void respond(request, response).catch(() => response.destroy())
  })
  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      fail(response, 404, `Invalid URL (${request.method} ${request.url})`)
      return
    }
    const seen = await read(request)
    requests.push(seen)
    const step = steps.shift() ?? answer(seen)
    if ('hang' in step) return
    if ('drop' in step) request.socket.destroy()
    else if ('status' in step) fail(response, step.status, step.message ?? 'failed', step.headers)
    else complete(response, seen, step)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    script: (...more) => void steps.push(...more),
    answerWith: (next) => {
      answer = next
    },
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function read(request: IncomingMessage): Promise<ChatRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
    model: string
    messages: { role: string; content: string }[]
    response_format?: { type: string; json_schema?: { schema: Record<string, unknown> } }
  }
  const said = (role: string) => body.messages.find((message) => message.role === role)?.content ?? ''
  return {
    model: body.model,
    system: said('system'),
    user: said('user'),
    format: body.response_format?.type ?? 'none',
    schema: body.response_format?.json_schema?.schema ?? null,
    authorization: request.headers.authorization ?? null,
  }
}

function complete(
  response: ServerResponse,
  request: ChatRequest,
  step: Exclude<Step, { status: number } | { hang: true } | { drop: true }>,
): void {
  const content =
    'json' in step ? JSON.stringify(step.json) : 'text' in step ? step.text : 'cut' in step ? step.cut : null
  const prompt = Math.ceil((request.system.length + request.user.length) / 4)
  const completion = Math.ceil((content?.length ?? 0) / 4)
  response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req_double' }).end(
    JSON.stringify({
      id: 'chatcmpl-double',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: request.model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content, refusal: 'refusal' in step ? step.refusal : null },
          logprobs: null,
          finish_reason: 'cut' in step ? 'length' : 'stop',
        },
      ],
      usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
    }),
  )
}

function fail(response: ServerResponse, status: number, message: string, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: null } }))
}
