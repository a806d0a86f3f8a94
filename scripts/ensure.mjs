import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureDatabaseLinks, ensureNode, ensurePackages } from './installation.mjs'
import { ensurePrograms } from './programs.mjs'
import { ensureWebBuild } from './web-build.mjs'

// Makes sure that everything a command needs is there, and says only what it does. Runs under the machine's own Node
// (20 or newer) before anything is installed, so it is plain JavaScript without dependencies.
// usage: ensure.mjs        what a start needs, the built web app included
//        ensure.mjs --cli  without the web app
//        ensure.mjs --dev  the tools of development instead of the built web app
//        ensure.mjs --test all of it, and the programs that tests call

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const forTests = process.argv.includes('--test')
const development = forTests || process.argv.includes('--dev')
const needsWeb = forTests || !(development || process.argv.includes('--cli'))
const say = (line) => console.error(line)

try {
  if (Number(process.versions.node.split('.')[0]) < 20)
    throw new Error(`Mina needs Node 20 or newer to start; this is ${process.version}.`)
  ensurePackages(root, development, say)
  ensureDatabaseLinks(root)
  ensureNode(root)
  const missing = ensurePrograms(forTests, say)
  if (missing.length > 0) {
    const remedy = `Missing: ${missing.join(', ')}. Install with: sudo apt-get install ${missing.join(' ')}`
    if (forTests) throw new Error(remedy)
    say(`${remedy} (until then files can not be transcribed)`)
  }
  if (needsWeb) ensureWebBuild(root, say)
} catch (error) {
  say(error.message)
  process.exitCode = 1
}
