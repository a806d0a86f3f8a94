import { finalizeConversation, putSegment } from '@mina/contract'
import { meeting } from '../src/text/meeting.fixture.ts'
import type { TestPerson } from './app.ts'

type Spoken = readonly { speaker?: string | null; text: string }[]

/** A finished conversation of these sentences, twenty seconds each; the fixture's meeting by default. */
export async function spokenConversation(person: TestPerson, spoken: Spoken = meeting, title = 'Budget meeting') {
  const { id } = await person.conversation(title)
  for (const [idx, { speaker, text }] of spoken.entries()) {
    const times = { start_ms: idx * 20_000, end_ms: idx * 20_000 + 19_000 }
    await person.call(putSegment, {
      params: { id },
      body: { idx, ...times, text, is_final: true, ...(speaker && { speaker }) },
    })
  }
  await person.call(finalizeConversation, { params: { id } })
  return { id }
}

/** Asks until it is so: background work has no promise to wait for over HTTP. */
export async function eventually<T>(ask: () => Promise<T>, so: (it: T) => boolean, patienceMs = 20_000): Promise<T> {
  const until = Date.now() + patienceMs
  for (;;) {
    const it = await ask()
    if (so(it)) return it
    if (Date.now() > until) throw new Error(`It did not come to be: ${JSON.stringify(it).slice(0, 400)}`)
    await new Promise((done) => setTimeout(done, 25))
  }
}
