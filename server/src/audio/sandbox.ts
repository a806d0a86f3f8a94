import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Refusal } from '../platform/refusal.ts'

export type Tool = 'ffmpeg' | 'ffprobe'
export type Confinement = 'bubblewrap' | 'unshare' | 'limits'

export interface Limits {
  cpuSeconds: number
  outputBytes: number
}

/** A command line that runs the tool with nothing but the input, the output folder and the system's libraries in sight. */
export interface Confined {
  command: string
  prefix: string[]
  /** The input and the output as the tool sees them. */
  input: string
  output: string | undefined
}

const folders = ['/usr/local/bin', '/usr/bin', '/bin', '/opt/homebrew/bin', '/snap/bin']

/** The only environment that a decoder sees: none of the server's secrets. */
export const bareEnvironment = { PATH: folders.join(':'), LC_ALL: 'C.UTF-8', HOME: '/nonexistent' }

async function find(name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name)
    if (await reachable(path)) return path
  }
  return undefined
}

const reachable = (path: string) =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

const found = new Map<string, Promise<string | undefined>>()
const locate = (name: string) => {
  const known = found.get(name) ?? find(name)
  found.set(name, known)
  return known
}

export async function toolPath(tool: Tool): Promise<string> {
  const path = await locate(tool)
  if (path) return path
  found.delete(tool)
  throw new Refusal('unavailable', `${tool} is not installed on this server. Install the package ffmpeg and try again.`)
}

const succeeds = (command: string, args: string[]) =>
  new Promise<boolean>((resolve) => {
    const child = spawn(command, args, { env: bareEnvironment, stdio: 'ignore', timeout: 5000, killSignal: 'SIGKILL' })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })

const jail = (toolFolder: string) => [
  ...['--unshare-all', '--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL'],
  ...['--setenv', 'PATH', bareEnvironment.PATH, '--setenv', 'LC_ALL', 'C.UTF-8'],
  ...['/usr', '/bin', '/lib', '/lib64', '/etc/alternatives', '/etc/ld.so.cache', '/etc/fonts', toolFolder].flatMap(
    (path) => ['--ro-bind-try', path, path],
  ),
  ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--chdir', '/tmp'],
]

async function strongest(): Promise<Confinement> {
  const tool = await toolPath('ffprobe')
  if (await succeeds('bwrap', [...jail(dirname(await realpath(tool))), '--', tool, '-version'])) return 'bubblewrap'
  if (await succeeds('unshare', ['-rn', '--', tool, '-version'])) return 'unshare'
  return 'limits'
}

let tried: Promise<Confinement> | undefined

/** What this machine allows, tried once: no network and no other file, no network, or limits alone. */
export function confinement(): Promise<Confinement> {
  tried ??= strongest().catch((error: unknown) => {
    tried = undefined
    throw error
  })
  return tried
}

const addressSpace = 1_500_000_000

export async function confine(
  tool: Tool,
  files: { input: string; output?: string | undefined },
  limits: Limits,
  mode?: Confinement,
): Promise<Confined> {
  const path = await toolPath(tool)
  const level = mode ?? (await confinement())
  const prlimit = await locate('prlimit')
  const limited = prlimit
    ? [
        ...[prlimit, `--as=${addressSpace}`, `--cpu=${Math.ceil(limits.cpuSeconds)}`, '--nofile=64', '--core=0'],
        ...[`--fsize=${Math.ceil(limits.outputBytes)}`, '--'],
      ]
    : []
  if (level !== 'bubblewrap') {
    const line = [...limited, ...(level === 'unshare' ? ['unshare', '-rn', '--'] : []), path]
    return { command: line[0]!, prefix: line.slice(1), input: files.input, output: files.output }
  }
  const inside = (at: string, file: string) => join(at, basename(file))
  const line = [
    ...[...limited, 'bwrap', ...jail(dirname(await realpath(path)))],
    ...['--ro-bind', files.input, '/input/recording'],
    ...(files.output ? ['--bind', dirname(files.output), '/output'] : []),
    ...['--', path],
  ]
  return {
    command: line[0]!,
    prefix: line.slice(1),
    input: '/input/recording',
    output: files.output && inside('/output', files.output),
  }
}
