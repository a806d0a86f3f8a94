import { readFile } from 'node:fs/promises'
import { type ConversationAnswer, getConversation } from '@mina/contract'
import { vi } from 'vitest'
import type { z } from 'zod'
import type { TestPerson } from './app.ts'

/** Sends a file as a browser's form does. */
export const send = async (
  person: Pick<TestPerson, 'raw'>,
  content: string | Uint8Array<ArrayBuffer>,
  name: string,
  fields: Record<string, string> = {},
) => {
  const form = new FormData()
  for (const [field, value] of Object.entries(fields)) form.set(field, value)
  form.set('file', new Blob([typeof content === 'string' ? await readFile(content) : content]), name)
  return await person.raw('/api/uploads', { method: 'POST', body: form })
}

export const idOf = async (answer: Response) => {
  const said = (await answer.json()) as { id?: string }
  if (!said.id) throw new Error(`Nothing was made (${answer.status}): ${JSON.stringify(said)}`)
  return said.id
}

export const opened = async (person: Pick<TestPerson, 'call'>, id: string) =>
  (await person.call(getConversation, { params: { id }, query: {} })) as z.output<typeof ConversationAnswer>

/** Until no work runs for it any more. */
export const ended = async (person: Pick<TestPerson, 'call'>, id: string) => {
  const isEnded = async () => {
    const { status } = (await opened(person, id)).conversation
    if (status !== 'final' && status !== 'failed') throw new Error(`The conversation is still ${status}.`)
  }
  await vi.waitFor(isEnded, { timeout: 60_000, interval: 100 })
  return await opened(person, id)
}
