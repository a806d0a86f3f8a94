/** What a caller may be allowed to do. An endpoint names one; a principal carries a set. */
export const permissions = [
  'account:read',
  'account:write',
  'conversations:read',
  'conversations:write',
  'live:write',
  'speech:use',
  'text:use',
  'documents:use',
  'utilities:use',
  'jobs:read',
  'jobs:write',
  'usage:read',
  'webhooks:manage',
  'admin:manage',
] as const

export type Permission = (typeof permissions)[number]
