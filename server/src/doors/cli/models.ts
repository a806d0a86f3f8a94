import type { Command } from 'commander'
import { bytesAt, installedAt, readManifest } from '../../speech/engines/local/models/installed.ts'
import { pullModel, removeModel } from '../../speech/engines/local/models/pull.ts'
import { builtInName, entryNamed, type ModelEntry, registry } from '../../speech/engines/local/models/registry.ts'
import { aligned, clock, progressBar, reasonOf, size, type Terminal } from './terminal.ts'

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

const groups: { role: ModelEntry['role'][]; title: string }[] = [
  { role: ['recognition'], title: 'Speech into text' },
  { role: ['segmentation', 'embedding'], title: 'Telling speakers apart (both are needed)' },
  { role: ['punctuation'], title: 'Punctuation, for models that write none' },
]

const languages = ({ languages: known }: Pick<ModelEntry, 'languages'>) =>
  known === 'any'
    ? 'any language'
    : known.length > 5
      ? `${known.length} languages`
      : known.length > 1
        ? known.join(' ')
        : languageName(known[0]!)

const languageName = (tag: string) => new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag

const builtIn = ['built in', builtInName, 'English', 'comes with Mina', 'MIT']

function list({ modelsDir, stdout, exit }: ModelsDeps) {
  const row = (entry: ModelEntry) => {
    const folder = installedAt(entry, modelsDir)
    return [
      folder ? 'here' : '',
      entry.name,
      languages(entry),
      folder ? `${size(bytesAt(entry, folder))} on disk` : `${size(entry.bytes)} to fetch`,
      entry.licence,
    ]
  }
  const rows = groups.map(({ role }) => registry.filter((entry) => role.includes(entry.role)).map(row))
  rows[0]!.unshift(builtIn)
  // One set of columns for all groups.
  const lines = aligned(rows.flat())
  for (const [index, { title }] of groups.entries())
    stdout.write(`${title}\n${lines.splice(0, rows[index]!.length).join('\n')}\n\n`)
  stdout.write(`Fetch with: mina models pull NAME. They lie in ${modelsDir}.\n`)
  exit(0)
}

async function pull(entry: ModelEntry, deps: ModelsDeps) {
  const bar = progressBar(deps.stderr, entry.name)
  const began = performance.now()
  let first: number | undefined
  try {
    const { fetched } = await pullModel(entry, {
      ...{ modelsDir: deps.modelsDir, mirror: deps.modelMirror, signal: deps.signal },
      onProgress: ({ bytes, total }) => {
        first ??= bytes
        const pace = (bytes - first) / ((performance.now() - began) / 1000)
        const whole = total ?? entry.bytes
        bar.show(
          bytes / whole,
          `${size(bytes)} of ${size(whole)}, ${clock(pace > 0 ? (whole - bytes) / pace : 0)} left`,
        )
      },
      onUnpack: () => bar.show(1, 'unpacking'),
    })
    bar.clear()
    deps.stderr.write(
      `${entry.name}: ${fetched ? 'fetched, its checksum is the registry\u2019s' : 'is here already'}\n`,
    )
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
