import '../../scripts/preload.mjs'

// Only now, since what was just set up decides how modules are found and compiled.
const { reasonOfStart, run } = await import('./composition/run.ts')
const { readConfig } = await import('./config/index.ts')

try {
  await run(readConfig(), ['web', 'worker'])
} catch (error) {
  process.stderr.write(`Mina can not start. ${reasonOfStart(error)}\n`)
  process.exit(1)
}
