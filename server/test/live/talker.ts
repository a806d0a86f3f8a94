import { type FakeScript, fakeRecogniser } from '../../src/speech/fake.ts'

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
