import { startServer } from '../../src/composition/server.ts'
import { readConfig } from '../../src/config/index.ts'
import { talker } from './talker.ts'

/** A whole server as a process of its own, with a scripted engine; for tests that kill it. */
const running = await startServer(readConfig(), ['web', 'worker'], { engines: [talker()] })
process.stdout.write('ready\n')
process.once('SIGTERM', () => {
  running.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  )
})
