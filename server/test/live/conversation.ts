import { type Conversation, getConversation, type Segment } from '@mina/contract'
import type { TestPerson } from '../app.ts'

export interface Whole {
  conversation: Conversation
  segments: Segment[]
}

export const whole = async (person: Pick<TestPerson, 'call'>, id: string) =>
  (await person.call(getConversation, { params: { id }, query: {} })) as Whole

/** Waits until what is asked for is so. */
export async function until<T>(look: () => Promise<T | false | undefined | null>, what: string): Promise<T> {
  const end = Date.now() + 25_000
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > end) throw new Error(`It never came to this: ${what}`)
    await new Promise((done) => setTimeout(done, 40))
  }
}

/** The conversation once its recording is finished. */
export const finished = (person: Pick<TestPerson, 'call'>, id: string) =>
  until(async () => {
    const found = await whole(person, id)
    return found.conversation.status === 'final' && found
  }, 'the recording is finished')
