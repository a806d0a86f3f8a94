import { z } from 'zod'

/** What a conversation can be taken out as. */
export const exportFormats = ['txt', 'md', 'srt', 'vtt', 'json', 'docx', 'pdf', 'xlsx'] as const

export type ExportFormat = (typeof exportFormats)[number]

const formats = exportFormats.join(', ')
const flag = z.enum(['true', 'false']).transform((it) => it === 'true')

/** What may follow `…/export?`. */
export const ExportQuery = z.object({
  format: z.enum(exportFormats, { error: `Choose one of these formats: ${formats}.` }),
  /** The translation to take along, as a language tag. */
  language: z.string().max(35).optional(),
  /** Original and translation together, or one of them alone. */
  translation: z.enum(['both', 'only', 'none']).optional(),
  times: flag.optional(),
  speakers: flag.optional(),
})
