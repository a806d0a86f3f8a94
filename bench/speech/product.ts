import { probe } from '../../server/src/audio/probe.ts'
import { createLog } from '../../server/src/platform/log.ts'
import { createLocalRecogniser } from '../../server/src/speech/engines/local/index.ts'

/** The product's engine on one file, all its checks included. Prints the text; the first segment's time goes to stderr. */
const [path, cacheDir] = process.argv.slice(2) as [string, string]
const began = performance.now()
const local = createLocalRecogniser({ modelsDir: cacheDir, cacheDir, log: createLog('error') })
const { duration_ms, channels, size, ending } = await probe(path)
let first = 0
const transcript = await local.transcribe(
  { path, duration_ms, channels, size, name: `talk.${ending}` },
  {
    onUtterance: () => {
      first ||= performance.now() - began
    },
  },
)
await local.close()
process.stderr.write(`first ${Math.round(first)}\n`)
process.stdout.write(transcript.utterances.map((utterance) => utterance.text).join(' '))
