/** Why no sound could be had; the page explains each in its own words. */
export type Refusal = 'denied' | 'missing' | 'busy' | 'silent-share' | 'insecure' | 'unknown'

export interface CaptureError extends Error {
  name: 'CaptureError'
  refusal: Refusal
}

export const captureError = (refusal: Refusal): CaptureError =>
  Object.assign(new Error(refusal), { name: 'CaptureError' as const, refusal })
export const isCaptureError = (it: unknown): it is CaptureError => it instanceof Error && it.name === 'CaptureError'

const reasons: Record<string, Refusal> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  AbortError: 'busy',
}
export const refusalOf = (failure: unknown): Refusal =>
  isCaptureError(failure) ? failure.refusal : (reasons[(failure as DOMException)?.name] ?? 'unknown')
