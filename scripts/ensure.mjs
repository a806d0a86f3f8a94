import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureServerBuild, ensureWebBuild } from './builds.mjs'
import { ensureDatabaseLinks, ensureNode, ensurePackages } from './installation.mjs'
import { ensurePrograms } from './programs.mjs'

// Makes sure that everything a command needs is there, and says only what it does. Runs under the machine's own Node
// (20 or newer) before anything is installed, so it is plain JavaScript without dependencies.
// usage: ensure.mjs         what a start needs, the built server and web app included
//        ensure.mjs --cli   without the web app
//        ensure.mjs --dev   the tools of development instead of what is built
//        ensure.mjs --bench those, and the built server
//        ensure.mjs --test  all of it, and the programs that tests call

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const asked = process.argv[2]
const forTests = asked === '--test'
const development = ['--test', '--dev', '--bench'].includes(asked)
const needsServer = asked !== '--dev'
const needsWeb = forTests || asked === undefined
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
  if (needsServer) ensureServerBuild(root, say)
  if (needsWeb) ensureWebBuild(root, say)
} catch (error) {
  say(error.message)
  process.exitCode = 1
}
