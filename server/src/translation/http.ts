import { timedOut, unreachable, unreadable } from './errors.ts'

export interface PlainAnswer {
  status: number
  headers: Headers
  body: unknown
}

export interface PlainRequest {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  json?: unknown
  timeout_ms: number
  signal: AbortSignal
}

/** One plain JSON request for engines without an SDK worth its size; failures below HTTP become ours here. */
export async function plainRequest(engine: string, label: string, url: string, it: PlainRequest): Promise<PlainAnswer> {
  const timeout = AbortSignal.timeout(it.timeout_ms)
  let answer: Response
  let text: string
  try {
    answer = await fetch(url, {
      method: it.method ?? 'POST',
      headers: {
        ...(it.json === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
        ...it.headers,
      },
      ...(it.json === undefined ? {} : { body: JSON.stringify(it.json) }),
      redirect: 'manual',
      signal: AbortSignal.any([it.signal, timeout]),
    })
    text = await answer.text()
  } catch (error) {
    it.signal.throwIfAborted()
    throw timeout.aborted ? timedOut(engine, label, error) : unreachable(engine, label, error)
  }
  return { status: answer.status, headers: answer.headers, body: parsed(engine, label, answer, text) }
}

/** An error page is often no JSON: its status says enough. */
const parsed = (engine: string, label: string, answer: Response, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    if (answer.ok) throw unreadable(engine, label)
    return null
  }
}
