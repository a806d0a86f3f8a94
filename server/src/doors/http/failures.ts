import { type ErrorCode, errorStatus, type Family } from '@mina/contract'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { ZodError } from 'zod'
import { isDiskFull, isNoText, isUnavailable } from '../../platform/database/errors.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { SpeechError } from '../../speech/errors.ts'

export interface Failure {
  code: ErrorCode
  status: number
  message: string
  retryAfter?: number | undefined
  details?: Record<string, unknown> | undefined
}

const CODES_BY_STATUS: Record<number, ErrorCode> = {
  408: 'timeout_request',
  413: 'too_large',
  415: 'unsupported_type',
}

/** Zod's own words, or a predicate of ours ("is not an email address"): both need the name of the field before them. */
const needsField = (reason: string) =>
  /^(Invalid (input|option|string|number|date|key|element|ISO|UUID|URL)|Too (small|big)|Unrecognized|[^\p{Lu}])/u.test(
    reason,
  )

const firstIssue = (error: ZodError) => {
  const [issue] = error.issues
  const path = issue?.path.join('.') ?? ''
  const reason = issue?.message ?? 'is not right'
  return { field: path, message: path && needsField(reason) ? `${path}: ${reason}` : reason }
}

/** What a thrown thing means to the caller. Only texts of our own leave the house. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Refusal || error instanceof SpeechError)
    return {
      code: error.code,
      status: error instanceof Refusal ? error.status : errorStatus[error.code],
      message: error.message,
      retryAfter: error.retryAfter,
      details: error instanceof Refusal ? error.details : undefined,
    }
  if (error instanceof ZodError) {
    const { field, message } = firstIssue(error)
    return { code: 'bad_request', status: 400, message, details: field ? { field } : undefined }
  }
  if (isUnavailable(error))
    return {
      code: 'unavailable',
      status: 503,
      message: 'The database does not answer just now. Nothing was lost; please try again in a moment.',
      retryAfter: 5,
    }
  if (isNoText(error))
    return { code: 'bad_request', status: 400, message: 'A text holds a character that is not text.' }
  if (isDiskFull(error))
    return {
      code: 'storage_full',
      status: 507,
      message: 'The disk of the server is full, so nothing was kept. Ask who runs it to free some space.',
    }
  const status = (error as FastifyError)?.statusCode
  if (status === 429) return { code: 'rate_limited', status, message: 'Too many requests. Please wait a moment.' }
  if (status !== undefined && status >= 400 && status < 500)
    return {
      code: CODES_BY_STATUS[status] ?? 'bad_request',
      status: CODES_BY_STATUS[status] ? status : 400,
      message: clientErrors[(error as FastifyError).code] ?? 'The request could not be understood.',
    }
  return { code: 'internal', status: 500, message: 'Something went wrong on our side. It has been noted.' }
}

const clientErrors: Record<string, string> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty; JSON was announced.',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is larger than this server takes.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The body has a content type that this call does not take.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as announced.',
}

type Shape = (failure: Failure, requestId: string) => unknown

const openaiType = (status: number, code: ErrorCode) =>
  code === 'quota_exceeded'
    ? 'insufficient_quota'
    : status === 401
      ? 'authentication_error'
      : status === 429
        ? 'rate_limit_error'
        : status >= 500
          ? 'server_error'
          : 'invalid_request_error'

const openaiCodes: Partial<Record<ErrorCode, string>> = {
  unauthorized: 'invalid_api_key',
  quota_exceeded: 'insufficient_quota',
  rate_limited: 'rate_limit_exceeded',
}

/** OpenAI's own words for a file above the limit, which clients look for. */
const openaiMessage = ({ code, message, details }: Failure) =>
  code === 'too_large' && details?.limit_bytes !== undefined
    ? `Maximum content size limit (${details.limit_bytes}) exceeded (${details.read_bytes} bytes read)`
    : message

const deepgramCodes: Partial<Record<ErrorCode, string>> = {
  unauthorized: 'INVALID_AUTH',
  forbidden: 'FORBIDDEN',
  quota_exceeded: 'ASR_PAYMENT_REQUIRED',
  rate_limited: 'TOO_MANY_REQUESTS',
  bad_request: 'Bad Request',
}

/** Each family says a failure in its own words. */
const shapes: Record<Family, Shape> = {
  app: ({ code, message, details }) => ({ ok: false, code, message, ...details }),
  platform: ({ code, message, details }) => ({ error: message, code, ...details }),
  operations: ({ code, message }) => ({ error: message, code }),
  openai: (failure) => ({
    error: {
      message: openaiMessage(failure),
      type: openaiType(failure.status, failure.code),
      param: failure.details?.field ?? null,
      code: failure.details?.code ?? openaiCodes[failure.code] ?? failure.code,
    },
  }),
  deepgram: ({ code, message, details }, requestId) => ({
    err_code: details?.code ?? deepgramCodes[code] ?? code.toUpperCase(),
    err_msg: message,
    request_id: requestId,
  }),
}

export const createFailures = (log: Log) => (family: Family) =>
  function answerFailure(error: unknown, request: FastifyRequest, reply: FastifyReply) {
    const failure = failureOf(error)
    // Work that ended because its caller left is nobody's failure, and nobody reads the answer.
    const left = reply.raw.destroyed && !reply.raw.writableFinished
    if (failure.status >= 500 && !left)
      log.error(
        {
          request_id: request.id,
          route: request.routeOptions.url,
          code: failure.code,
          error: (error as Error)?.name,
          // Frames only: the message may quote what somebody said or typed.
          at: failure.status === 500 ? framesOf(error) : undefined,
        },
        'request failed',
      )
    if (family === 'openai' && failure.code === 'quota_exceeded') {
      // OpenAI says so with 429, and its clients would try again unless they are told not to.
      failure.status = 429
      reply.header('x-should-retry', 'false')
    }
    if (family === 'deepgram') reply.header('dg-request-id', request.id)
    if (failure.retryAfter !== undefined) reply.header('retry-after', Math.ceil(failure.retryAfter))
    return reply.code(failure.status).type('application/json').send(shapes[family](failure, request.id))
  }

const framesOf = (error: unknown) => {
  const cause = (error as { cause?: { code?: string; name?: string } })?.cause
  const frames = ((error as Error)?.stack ?? '')
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 6)
    .map((line) => line.trim().replace(/\(.*\/(server|contract|node_modules)\//, '($1/'))
    .join(' | ')
  return cause?.code ? `[${cause.code}] ${frames}` : frames
}

/** The family by the path, for requests that match no route. */
export const familyOf = (path: string): Family => {
  if (/^\/v1\/(listen|projects|speak|read|auth|agent)\b/.test(path)) return 'deepgram'
  if (path.startsWith('/v1/')) return 'openai'
  if (path.startsWith('/api/')) return 'app'
  return 'platform'
}
