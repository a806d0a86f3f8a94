/**
 * The mails of this feature. A mail that can not be sent is logged where it is sent and never stops what it belongs to;
 * `again` says that another attempt may succeed.
 */
export interface IdentityPost {
  /** Where mails go: to a mail server, or into the outbox folder of an installation without one. */
  readonly kind: 'smtp' | 'outbox'
  verify(to: Addressee, url: string): Promise<Posted>
  reset(to: Addressee, url: string): Promise<Posted>
  changeEmail(to: Addressee, url: string): Promise<Posted>
  /** To the address that was in use before. */
  emailChanged(to: Addressee, newEmail: string): Promise<Posted>
  invitation(to: Addressee, url: string): Promise<Posted>
  keyExpiring(to: Addressee, key: { name: string; expiresAt: Date }): Promise<Posted>
}

export interface Addressee {
  email: string
  name: string | null
  language: string | null
}

export interface Posted {
  again: boolean
}
