/** Every code with which a call can fail, and the HTTP status that goes with it. */
export const errorStatus = {
  bad_request: 400,
  csrf: 400,
  unauthorized: 401,
  quota_exceeded: 402,
  forbidden: 403,
  registration_closed: 403,
  not_found: 404,
  timeout_request: 408,
  conflict: 409,
  exists: 409,
  live: 409,
  gone: 410,
  too_large: 413,
  too_long: 413,
  unsupported_type: 415,
  unprocessable_audio: 422,
  unsupported_language: 422,
  rate_limited: 429,
  internal: 500,
  provider_failed: 502,
  unavailable: 503,
  timeout: 504,
  storage_full: 507,
} as const

export type ErrorCode = keyof typeof errorStatus
