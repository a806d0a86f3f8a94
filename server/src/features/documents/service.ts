import type { ExportFormat } from '@mina/contract'
import type { FileAnswer } from '../../access/route.ts'
import type { Log } from '../../platform/log.ts'
import type { ExportedConversation, ExportOptions } from './conversation.ts'
import { textDocument } from './document.ts'
import { fileName } from './filenames.ts'
import { createOffice } from './office.ts'
import { createRenderers, fileTypes } from './renderers.ts'
import { type Report, reportTables } from './tables.ts'

const fileOf = (title: string, extension: string, type: string, body: Uint8Array | string): FileAnswer => ({
  type,
  body,
  size: typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength,
  filename: fileName(title, extension),
})

/** Everything that Mina writes into files. */
export const createDocuments = ({ log }: { log: Log }) => {
  const office = createOffice({ log })
  const renderers = createRenderers(office)
  return {
    renderers,
    async render(format: ExportFormat, conversation: ExportedConversation, options: ExportOptions = {}) {
      const { type, extension, render } = renderers[format]
      return fileOf(conversation.title, extension, type, await render(conversation, options))
    },
    async word(text: string, title: string) {
      const body = await office.make({ format: 'docx', document: textDocument(text, title) })
      return fileOf(title, 'docx', fileTypes.docx, body)
    },
    async pdf(text: string, title: string) {
      const body = await office.make({ format: 'pdf', document: textDocument(text, title) })
      return fileOf(title, 'pdf', fileTypes.pdf, body)
    },
    async excel(report: Report) {
      const body = await office.make({ format: 'xlsx', tables: reportTables(report) })
      return fileOf(report.title, 'xlsx', fileTypes.xlsx, body)
    },
    text: (text: string, filename: string) =>
      fileOf(filename.replace(/\.txt$/, ''), 'txt', 'text/plain; charset=utf-8', text),
    close: () => office.close(),
  }
}

export type Documents = ReturnType<typeof createDocuments>
