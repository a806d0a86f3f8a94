import { setTimeout as pause } from 'node:timers/promises'
import { startServer } from '../../src/composition/server.ts'
import { readConfig } from '../../src/config/index.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'

/** A worker process for a test to kill: it hears half a second of a recording in a quarter of one. */
const engine = fakeRecogniser({
  name: 'local',
  transcripts: async ({ duration_ms }, { onUtterance, signal }) => {
    for (let at = 0; at < duration_ms; at += 500) {
      await pause(250, undefined, { signal })
      await onUtterance?.({ start_ms: at, end_ms: Math.min(duration_ms, at + 500), text: 'slow', confidence: null })
    }
    return { utterances: [] }
  },
})

await startServer(readConfig(), ['worker'], { engines: [engine] })
process.send?.('ready')
