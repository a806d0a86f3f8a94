import { type Conversation, getConversation, type Segment } from '@mina/contract'
import type { TestPerson } from '../app.ts'
import { until as patiently } from '../until.ts'

export interface Whole {
  conversation: Conversation
  segments: Segment[]
}

export const whole = async (person: Pick<TestPerson, 'call'>, id: string) =>
  (await person.call(getConversation, { params: { id }, query: {} })) as Whole

/** Waits until what is asked for is so: sessions that were left are looked for four times a minute, and a busy machine has three times that. */
export const until = <T>(look: () => Promise<T | false | undefined | null>, what: string): Promise<T> =>
  patiently(look, what, 45_000)

/** The conversation once its recording is finished. */
export const finished = (person: Pick<TestPerson, 'call'>, id: string) =>
  until(async () => {
    const found = await whole(person, id)
    return found.conversation.status === 'final' && found
  }, 'the recording is finished')
