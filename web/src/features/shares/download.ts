import { exportConversation, getAudio } from '@mina/contract'
import { call } from '../../api/call.ts'

/** `filename*` is what was meant where a name has other letters than English. */
export function nameOf(disposition: string | null, otherwise: string) {
  const wide = /filename\*=UTF-8''([^;]+)/i.exec(disposition ?? '')?.[1]
  if (wide) {
    try {
      return decodeURIComponent(wide)
    } catch {
      // Written badly: the plain name is left.
    }
  }
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1] ?? otherwise
}

/** Through a call and not a link, so that a session that ran out is renewed and a failure can be told. */
async function keep(answer: Response, otherwise: string) {
  const address = URL.createObjectURL(await answer.blob())
  const link = document.createElement('a')
  link.href = address
  link.download = nameOf(answer.headers.get('content-disposition'), otherwise)
  link.click()
  // The browser reads it when it likes to; a minute is plenty.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

type Query = NonNullable<Parameters<typeof call<typeof exportConversation>>[1]>['query']

export const downloadExport = async (id: string, title: string, query: Query) =>
  keep(await call(exportConversation, { params: { id }, query }), `${title}.${query.format}`)

export const downloadAudio = async (id: string, title: string) =>
  keep(await call(getAudio, { params: { id }, query: { download: 'true' } }), title)
