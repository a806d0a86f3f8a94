import { createTextFile, makeDocument, makeReport } from '@mina/contract'
import { serve } from '../../access/route.ts'
import type { Documents } from './service.ts'

export const documentRoutes = (documents: Documents) => [
  serve(makeDocument, ({ params, body }) => documents[params.format](body.text, body.title)),
  serve(makeReport, ({ body }) => documents.excel(body)),
  serve(createTextFile, async ({ body }) => documents.text(body.text, body.filename)),
]
