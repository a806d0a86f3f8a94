import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

const ensure = join(import.meta.dirname, '../../../scripts/ensure.mjs')

/** The journeys use what people use: the app as a start builds it, anew where a source has changed. */
export default () => {
  execFileSync(process.execPath, [ensure, '--test'], { stdio: 'inherit' })
}
