import type { Command } from 'commander'
import { installedAt, readManifest } from '../../speech/engines/local/models/installed.ts'
import { pullModel, removeModel } from '../../speech/engines/local/models/pull.ts'
import { builtInName, entryNamed, type ModelEntry, registry } from '../../speech/engines/local/models/registry.ts'
import { clock, progressBar, reasonOf, size, type Terminal } from './terminal.ts'

export interface ModelsDeps extends Terminal {
  modelsDir: string
  modelMirror?: string | undefined
}

export function modelsCommand(program: Command, deps: ModelsDeps): void {
  const models = program.command('models').description('the models of the built-in speech engine')
  models
    .command('list')
    .description('what is here and what can be fetched')
    .action(() => list(deps))
  models
    .command('pull')
    .description('fetch models')
    .argument('<name...>')
    .action((names: string[], _: unknown, command: Command) =>
      eachNamed(names, command, deps, (entry) => pull(entry, deps)),
    )
  models
    .command('remove')
    .description('remove fetched models')
    .argument('<name...>')
    .action((names: string[], _: unknown, command: Command) =>
      eachNamed(names, command, deps, (entry) => remove(entry, deps)),
    )
}

async function eachNamed(
  names: string[],
  command: Command,
  deps: ModelsDeps,
  work: (entry: ModelEntry) => Promise<void>,
) {
  const unknown = names.find((name) => !entryNamed(name))
  if (unknown !== undefined) {
    const reason =
      unknown === builtInName
        ? `${builtInName} comes with Mina`
        : `there is no model ${unknown}; mina models list shows all`
    return command.error(`error: ${reason}`, { exitCode: 2 })
  }
  let failed = false
  for (const name of names) {
    try {
      await work(entryNamed(name)!)
    } catch (error) {
      failed = true
      deps.stderr.write(`${name}: ${reasonOf(error)}\n`)
    }
  }
  deps.exit(failed ? 1 : 0)
}

const languages = (entry: Pick<ModelEntry, 'languages'>) =>
  entry.languages === 'any'
    ? 'any'
    : entry.languages.length > 5
      ? `${entry.languages.length} languages`
      : entry.languages.join(' ')

function list({ modelsDir, stdout, exit }: ModelsDeps) {
  const rows = registry.map((entry) => [
    entry.name,
    installedAt(entry, modelsDir) ? 'here' : '-',
    entry.role,
    languages(entry),
    entry.bytes === null ? 'unknown' : size(entry.bytes),
    entry.sha256 ? 'known' : 'first download',
    entry.licence,
  ])
  const head = ['NAME', 'STATE', 'FOR', 'LANGUAGES', 'DOWNLOAD', 'CHECKSUM', 'LICENCE']
  const all = [head, [builtInName, 'built in', 'recognition', 'en', '-', 'known', 'MIT'], ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  for (const row of all)
    stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd()}\n`,
    )
  exit(0)
}

async function pull(entry: ModelEntry, deps: ModelsDeps) {
  const bar = progressBar(deps.stderr, entry.name)
  const began = performance.now()
  let first: number | undefined
  try {
    const { checked, sha256 } = await pullModel(entry, {
      ...{ modelsDir: deps.modelsDir, mirror: deps.modelMirror, signal: deps.signal },
      onProgress: ({ bytes, total }) => {
        first ??= bytes
        const pace = (bytes - first) / ((performance.now() - began) / 1000)
        const whole = total ?? entry.bytes ?? bytes
        bar.show(
          bytes / whole,
          `${size(bytes)} of ${size(whole)}, ${clock(pace > 0 ? (whole - bytes) / pace : 0)} left`,
        )
      },
    })
    bar.clear()
    const said = {
      present: 'is here already',
      registry: 'fetched, its checksum is the registry\u2019s',
      'first download': `fetched; no checksum of it is known, this one is kept and later downloads must match it: ${sha256}`,
    }
    deps.stderr.write(`${entry.name}: ${said[checked]}\n`)
  } finally {
    bar.clear()
  }
}

async function remove(entry: ModelEntry, deps: ModelsDeps) {
  const folder = installedAt(entry, deps.modelsDir)
  const ours = folder ? readManifest(folder) !== undefined : true
  const outcome = await removeModel(entry, deps.modelsDir)
  const said = {
    removed: 'removed',
    absent: 'was not here',
    'not ours': 'was not fetched by Mina, so it is left; remove its folder yourself',
  }
  deps.stderr.write(`${entry.name}: ${said[ours ? outcome : 'not ours']}\n`)
}
