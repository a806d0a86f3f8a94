import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs of the system that Mina calls. `names`: any of them will do. The one list of what has to be there. */
const programs = [
  { names: ['ffmpeg'], package: 'ffmpeg', when: 'start' },
  { names: ['chromium', 'chromium-browser', 'google-chrome'], package: 'chromium', when: 'test' },
  { names: ['espeak-ng'], package: 'espeak-ng', when: 'test' },
  { names: ['flite'], package: 'flite', when: 'test' },
  { names: ['pdftotext'], package: 'poppler-utils', when: 'test' },
  { names: ['bwrap'], package: 'bubblewrap', when: 'test' },
  { names: ['redis-server'], package: 'redis-server', when: 'test' },
]

const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

const missing = (forTests) =>
  programs.filter(({ names, when }) => (forTests || when === 'start') && !names.some(onPath)).map((it) => it.package)

/** Installs what is missing where it may. Answers the packages that are missing still. */
export const ensurePrograms = (forTests, say) => {
  const packages = missing(forTests)
  if (packages.length === 0) return []
  if (process.getuid?.() !== 0 || !onPath('apt-get')) return packages
  say(`Installing ${packages.join(', ')} with apt …`)
  const apt = (...args) =>
    spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages)
  // The lists of a machine that was just made are empty or old.
  if (!(apt('update') && install())) install()
  return missing(forTests)
}
