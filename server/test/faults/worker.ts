import { startServer } from '../../src/composition/server.ts'
import { readConfig } from '../../src/config/index.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'

// A worker for a test to kill, at work on a recording of so many milliseconds: before a word, or after the first one.
// Other recordings it hears as usual.
const [milliseconds = '', where = ''] = process.argv.slice(2)
const utterances = [{ start_ms: 0, end_ms: 900, text: 'The tide comes in.', confidence: 0.9 }]
const forever = () => new Promise<never>(() => {})

const engine = fakeRecogniser({
  name: 'local',
  transcripts: async ({ duration_ms }, { onUtterance }) => {
    if (duration_ms !== Number(milliseconds)) return { utterances }
    if (where === 'half') await onUtterance?.(utterances[0]!)
    if (where === 'begun' || where === 'half') {
      process.send?.('there')
      await forever()
    }
    return { utterances }
  },
})

await startServer(readConfig(), ['worker'], { engines: [engine] })
process.send?.('ready')
