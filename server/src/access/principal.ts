import type { Permission, Via } from '@mina/contract'

/** Who is calling, whatever the credential and whatever the door: HTTP, a socket or a job. */
export interface Principal {
  userId: string
  email: string | null
  role: 'user' | 'admin'
  plan: 'free' | 'pro' | 'enterprise'
  may: ReadonlySet<Permission>
  via: Via
  /** The session row behind cookies and platform tokens: its end is the end of the principal. */
  sessionId?: string
  keyId?: string
  /** The claims of an external issuer's token, as it sent them. */
  claims?: Record<string, unknown>
}

declare const checked: unique symbol
/** A row whose access was checked. Services take nothing less, so the check can not be forgotten. */
export type Allowed<Row, To extends 'read' | 'write'> = Row & { readonly [checked]: To }

/** Only a feature's `open` calls this, on a row that its query has just bound to the caller. */
export const allowed = <To extends 'read' | 'write', Row>(row: Row): Allowed<Row, To> => row as Allowed<Row, To>
