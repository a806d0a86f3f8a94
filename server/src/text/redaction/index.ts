export { beepsFor, type TimedText, type TimedWord, type TimeRange } from './beeps.ts'
export {
  type RedactedSpan,
  type RedactedText,
  type Redaction,
  type RedactionKey,
  type RedactionOptions,
  redact,
  restore,
  restoreNames,
} from './redact.ts'
export type { RedactionKind } from './spans.ts'
