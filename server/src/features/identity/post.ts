/** The mails of this feature. A mail that can not be sent is logged where it is sent and never stops what it belongs to. */
export interface IdentityPost {
  /** Where mails go: to a mail server, or into the outbox folder of an installation without one. */
  readonly kind: 'smtp' | 'outbox'
  verify(to: Addressee, url: string): Promise<void>
  reset(to: Addressee, url: string): Promise<void>
  changeEmail(to: Addressee, url: string): Promise<void>
  invitation(to: Addressee, url: string): Promise<void>
  keyExpiring(to: Addressee, key: { name: string; expiresAt: Date }): Promise<void>
}

export interface Addressee {
  email: string
  name: string | null
  language: string | null
}
