import { beginningWith } from '../../src/speech/engines/local/ignored.ts'
import { type FakeScript, fakeRecogniser } from '../../src/speech/fake.ts'
import type { StreamOptions } from '../../src/speech/port.ts'

/** Hears one utterance in each second, live and in recordings alike, so that a transcript shows what was heard and how often. */
export const talker = (script: FakeScript = {}) =>
  fakeRecogniser({
    name: 'local',
    transcripts: ({ duration_ms }) => ({
      utterances: Array.from({ length: Math.ceil(duration_ms / 1000) }, (_, second) => ({
        start_ms: second * 1000,
        end_ms: Math.min(duration_ms, (second + 1) * 1000),
        text: `second ${second}`,
        confidence: 0.9,
      })),
    }),
    ...script,
  })

/** One that says of each stream that it leaves something out. */
export function careless(message: string) {
  const heard = talker()
  return {
    ...heard,
    stream: async (options: StreamOptions) =>
      beginningWith([{ code: 'option_ignored', message }], await heard.stream!(options)),
  }
}
