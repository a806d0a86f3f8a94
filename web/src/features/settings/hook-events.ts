/** What a webhook may be called for. */
export const hookEvents = [
  'conversation.finished',
  'conversation.failed',
  'job.done',
  'job.failed',
  'usage.quota',
] as const
