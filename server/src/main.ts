import { reasonOfStart, run } from './composition/run.ts'
import { readConfig } from './config/index.ts'

try {
  await run(readConfig(), ['web', 'worker'])
} catch (error) {
  process.stderr.write(`Mina can not start. ${reasonOfStart(error)}\n`)
  process.exit(1)
}
