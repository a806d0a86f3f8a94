import { z } from 'zod'

/** What a conversation can be taken out as. */
export const exportFormats = ['txt', 'md', 'srt', 'vtt', 'json', 'docx', 'pdf', 'xlsx'] as const

export type ExportFormat = (typeof exportFormats)[number]

const formats = exportFormats.join(', ')
const flag = z.enum(['true', 'false']).transform((it) => it === 'true')

/** What may follow `…/export?`. */
export const ExportQuery = z.object({
  format: z.enum(exportFormats, { error: `Choose one of these formats: ${formats}.` }),
  /** The translation to take along, as a code such as it or a name such as Italian. */
  language: z.string().max(35).optional(),
  /** That version of the translation; left out, the newest finished one. */
  version: z.coerce.number().int().positive().max(1_000_000).optional(),
  /** Original and translation together, or one of them alone. */
  translation: z.enum(['both', 'only', 'none']).optional(),
  times: flag.optional(),
  speakers: flag.optional(),
})
