import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { probe } from '../../audio/probe.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Recogniser, Transcript } from '../../speech/port.ts'
import { anyFolder, type Input, inputsOf, outputNames, spooled } from './inputs.ts'
import { clock, isWrongUsage, progressBar, reasonOf, type Terminal } from './terminal.ts'

export const transcriptFormats = ['txt', 'srt', 'vtt', 'json'] as const
export type TranscriptFormat = (typeof transcriptFormats)[number]

export interface TranscribeDeps extends Terminal {
  /** The engine of that name, or the configured one. Throws a refusal for a name it does not know. */
  recogniser(name: string | undefined): Recogniser
  render(format: TranscriptFormat, transcript: Transcript): string | Promise<string>
  maxSeconds?: number
}

interface Asked {
  format: string
  output?: string
  language?: string
  provider?: string
  model?: string
  diarize?: boolean
  channels?: boolean
  words: boolean
  quiet?: boolean
}

const isFormat = (format: string): format is TranscriptFormat => transcriptFormats.some((known) => known === format)

export function transcribeCommand(program: Command, deps: TranscribeDeps): void {
  program
    .command('transcribe')
    .description('turn recordings into text, without a server')
    .argument('<file...>', 'recordings, folders, or - for standard input')
    .option('-f, --format <format>', transcriptFormats.join(', '), 'txt')
    .option('-o, --output <folder>', 'write <name>.<format> there instead of to standard output')
    .option('--language <tag>', 'the language spoken, such as en or it')
    .option('--provider <name>', 'local, deepgram, openai or assemblyai')
    .option('--model <name>', 'a model of the provider')
    .option('--diarize', 'tell the speakers apart')
    .option('--channels', 'each channel by itself, as the two sides of a call: the speaker is the channel')
    .option('--no-words', 'no time for each word: half the work for srt, vtt and json')
    .option('-q, --quiet', 'say only what failed')
    .action((files: string[], asked: Asked, command: Command) => {
      if (!isFormat(asked.format))
        return command.error(`error: the format must be one of ${transcriptFormats.join(', ')}`, { exitCode: 2 })
      if (files.filter((file) => file === '-').length > 1)
        return command.error('error: standard input can be read only once', { exitCode: 2 })
      return transcribeAll(files, { ...asked, format: asked.format }, deps)
    })
}

type Order = Asked & { format: TranscriptFormat }

async function transcribeAll(files: string[], order: Order, deps: TranscribeDeps): Promise<void> {
  let recogniser: Recogniser
  try {
    recogniser = deps.recogniser(order.provider)
    const missing = recogniser.unavailable()
    if (missing) throw new Refusal('unavailable', missing)
    if (order.output !== undefined) await mkdir(order.output, { recursive: true })
  } catch (error) {
    deps.stderr.write(`mina: ${reasonOf(error)}\n`)
    return deps.exit(isWrongUsage(error) ? 2 : 1)
  }
  const toFiles = order.output !== undefined || files.length > 1 || (await anyFolder(files))
  const nameFor = outputNames()
  let failed = 0
  let done = 0
  try {
    for await (const input of inputsOf(files)) {
      if (deps.signal?.aborted) {
        failed++
        break
      }
      try {
        const transcript = await transcribeOne(input, order, recogniser, deps)
        const text = await deps.render(order.format, transcript)
        if (toFiles) await writeWhole(nameFor(input, order.output ?? input.folder ?? '.', order.format), text)
        else await print(deps, text)
        done++
      } catch (error) {
        // Among a folder's files there may be anything; only what looked like a recording can fail.
        if (input.found && error instanceof Refusal && error.code === 'unsupported_type') continue
        failed++
        deps.stderr.write(`${input.title}: ${reasonOf(error)}\n`)
      }
    }
  } finally {
    await recogniser.close?.()
  }
  if (done === 0 && failed === 0) deps.stderr.write('mina: There is no recording in this folder.\n')
  deps.exit(failed > 0 || done === 0 ? 1 : 0)
}

async function transcribeOne(
  input: Input,
  order: Order,
  recogniser: Recogniser,
  deps: TranscribeDeps,
): Promise<Transcript> {
  const spool = input.folder === undefined ? await spooled(deps.stdin, deps.signal) : undefined
  const bar = progressBar(order.quiet ? undefined : deps.stderr, input.title)
  try {
    const path = spool?.path ?? input.path
    const { duration_ms, channels, size, ending } = await probe(path, {
      maxSeconds: deps.maxSeconds,
      signal: deps.signal,
    })
    const began = performance.now()
    const took = () => (performance.now() - began) / 1000
    bar.show(0, 'starting')
    const transcript = await recogniser.transcribe(
      { path, duration_ms, channels, size, name: `recording.${ending}` },
      {
        ...{ language: order.language, model: order.model, signal: deps.signal },
        ...{ diarize: order.diarize, multichannel: order.channels },
        words: order.words && order.format !== 'txt',
        onProgress: ({ done, audio_s }) => {
          const speed = audio_s / took()
          const left = done > 0 ? (took() / done) * (1 - done) : 0
          bar.show(done, `${speed.toFixed(0)} times real time, ${clock(left)} left`)
        },
      },
    )
    bar.clear()
    for (const { message } of transcript.warnings) deps.stderr.write(`${input.title}: ${message}\n`)
    if (!order.quiet) {
      const seconds = duration_ms / 1000
      deps.stderr.write(
        `${input.title}: ${clock(seconds)} of audio in ${clock(took())}, ${(seconds / took()).toFixed(0)} times real time\n`,
      )
    }
    return transcript
  } finally {
    bar.clear()
    await spool?.remove()
  }
}

const print = (deps: TranscribeDeps, text: string) =>
  new Promise<void>((resolve, reject) => {
    deps.stdout.write(text.endsWith('\n') ? text : `${text}\n`, (error) => (error ? reject(error) : resolve()))
  })

async function writeWhole(path: string, text: string) {
  const draft = `${path}.${randomUUID()}`
  try {
    await writeFile(draft, text.endsWith('\n') ? text : `${text}\n`)
    await rename(draft, path)
  } finally {
    await rm(draft, { force: true })
  }
}
