export const redactionKinds = ['email', 'phone', 'card', 'iban', 'address', 'person'] as const
export type RedactionKind = (typeof redactionKinds)[number]

export interface PrivateSpan {
  kind: RedactionKind
  start: number
  end: number
  /** What makes two spans the same entity: digits without spaces, a mail in lower case. */
  identity: string
}

export interface FindOptions {
  kinds: ReadonlySet<RedactionKind>
  /** Whose national phone numbers are meant where no +country is said. */
  country?: string
  /** Names known from elsewhere: the speakers', the account's contacts. Found in every language. */
  names: readonly string[]
  /** Primary tag of what is spoken; null where it is not known, which is read as English. */
  language: string | null
}

export type Finder = (text: string, options: FindOptions) => PrivateSpan[] | Promise<PrivateSpan[]>

export const spans = (
  kind: RedactionKind,
  text: string,
  pattern: RegExp,
  identity: (hit: string) => string | null,
): PrivateSpan[] =>
  [...text.matchAll(pattern)].flatMap((hit) => {
    const key = identity(hit[0])
    return key === null ? [] : [{ kind, start: hit.index, end: hit.index + hit[0].length, identity: key }]
  })
