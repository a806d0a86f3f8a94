import { z } from 'zod'

/** Small shapes that many features share. */

export const Id = z.object({ id: z.uuid() })

/** ISO 8601 in UTC. */
export const Time = z.iso.datetime({ offset: true })

export const Nothing = z.object({})

/** Any letter case and language; checked once here so that every door says the same. */
export const Email = z
  .string()
  .trim()
  .max(254)
  .transform((it) => it.toLowerCase())
  .pipe(z.email({ error: 'is not an email address' }))

/** BCP 47 tag such as `en`, `pt-BR`; or `auto`. */
export const LanguageTag = z
  .string()
  .trim()
  .regex(/^(auto|multi|[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)$/, { error: 'is not a language tag such as en or pt-BR' })

export const Provider = z.enum(['local', 'deepgram', 'openai', 'assemblyai'])

/** A form or query sends text; anything that people write for yes is yes. */
export const Flag = z
  .union([z.boolean(), z.string()])
  .transform((it) => it === true || ['true', '1', 'yes', 'on'].includes(String(it).toLowerCase()))

export const PageLimit = (fallback: number, most: number) => z.coerce.number().int().min(1).max(most).default(fallback)

export const Cursor = z.string().max(1_000).optional()

/** Text of people that ends in the database, which takes any character but one. */
export const PlainText = (most: number, least = 0) =>
  z
    .string()
    .trim()
    .min(least)
    .max(most)
    .regex(/^[^\0]*$/, { error: 'holds a character that is not text' })

/** A place in a recording; longer than any recording may be. */
export const Milliseconds = z.int().nonnegative().max(1_000_000_000)
