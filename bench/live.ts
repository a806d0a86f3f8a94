import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { writeWav } from '../server/src/audio/wav.ts'
import { createLog } from '../server/src/platform/log.ts'
import { createLocalRecogniser, type LocalRecogniser } from '../server/src/speech/engines/local/index.ts'
import { enter } from './http/account.ts'
import { freePort, startMina } from './http/server.ts'
import { engineEar, serverEar } from './live/ears.ts'
import { errors, finalLatencies, heard, said, shown, stableKept, staleness } from './live/figures.ts'
import { measureSoak } from './live/soak.ts'
import { type Ear, say } from './live/speaking.ts'
import { type Talk, talks } from './live/talks.ts'
import { measureTransport } from './live/transport.ts'
import { cpuOf, memoryOf } from './processes.ts'

// People who talk at once, each in real time, to the whole server or to the engine alone: see README.md.
const { values: asked } = parseArgs({
  options: {
    streams: { type: 'string', default: '1,5,10,20' },
    seconds: { type: 'string', default: '40' },
    /** The embedded engine without the server around it. */
    engine: { type: 'boolean', default: false },
    /** Acknowledgements alone, without recognition: so many clients. */
    transport: { type: 'string' },
    /** Memory and open files every minute, while so many talk for `--seconds`. */
    soak: { type: 'string' },
    /** What was said and what was heard, where they differ. */
    texts: { type: 'boolean', default: false },
  },
})
const counts = asked.streams.split(',').map(Number)
const seconds = Number(asked.seconds)

interface Listening {
  ear: Ear
  pid: number
  memory: () => Promise<string>
}

async function measure(count: number, all: readonly Talk[], { ear, pid, memory }: Listening) {
  const before = await cpuOf(pid)
  const load = loadavg()[0]!
  const mine = all.slice(0, count)
  const told = await Promise.all(mine.map((talk, index) => say(talk, ear, (index * 730) % 5_000)))
  const spent = (await cpuOf(pid)) - before
  const latencies = mine.map((talk, index) => finalLatencies(talk, told[index]!))
  const stable = told.map(stableKept)
  const sum = (values: readonly number[]) => values.reduce((all, it) => all + it, 0)
  const interims = told.flat().filter((it) => !it.final).length
  const speech_s = sum(mine.flatMap((talk) => talk.sentences.map((it) => (it.end_ms - it.start_ms) / 1000)))
  const pairs = mine.map((talk, index) => ({ said: said(talk), heard: heard(told[index]!) }))
  const kept = sum(stable.map((it) => it.kept)) / sum(stable.map((it) => it.stable))
  console.log(
    [
      `${count} streams of ${seconds} s (load before ${load.toFixed(1)})`,
      `finals after a pause ${shown(latencies.flatMap((it) => it.paused))}, where they went on ${shown(latencies.flatMap((it) => it.wentOn))}`,
      `text behind the voice ${shown(mine.flatMap((talk, index) => staleness(talk, told[index]!)))}`,
      `an interim every ${(speech_s / interims).toFixed(2)} s of speech, ${(kept * 100).toFixed(0)} % of stable words stayed`,
      `CPU ${(spent / (count * seconds)).toFixed(3)} of a core a stream, ${await memory()}`,
      `errors ${errors(pairs)}`,
    ].join('\n  '),
  )
  if (asked.texts) for (const pair of pairs) console.log(`said:  ${pair.said}\nheard: ${pair.heard}\n`)
}

/** What the engine makes of the same talks as finished recordings. */
async function onePass(local: LocalRecogniser, all: readonly Talk[], folder: string) {
  const pairs = []
  for (const [index, talk] of all.entries()) {
    const path = join(folder, `talk-${index}.wav`)
    const { duration_ms } = await writeWav(path, [talk.sound])
    const recording = { path, duration_ms, channels: 1, size: talk.sound.byteLength, name: 'talk.wav' }
    const { utterances } = await local.transcribe(recording, { language: 'en' })
    pairs.push({ said: said(talk), heard: utterances.map((it) => it.text).join(' ') })
  }
  console.log(`in one pass: errors ${errors(pairs)}`)
}

const folder = await mkdtemp(join(tmpdir(), 'mina-live-bench-'))
try {
  if (asked.transport) await measureTransport(folder, Number(asked.transport), seconds)
  else {
    const people = asked.soak ? Number(asked.soak) : Math.max(...counts)
    const all = await talks(join(folder, 'sentences'), people, seconds)
    if (asked.engine) {
      const local = createLocalRecogniser({ modelsDir: folder, cacheDir: folder, log: createLog('error') })
      try {
        // Cold starts are measured elsewhere.
        await local.warm()
        await onePass(local, all.slice(0, 5), folder)
        const memory = async () => `${(await memoryOf(process.pid)).tree_mb.toFixed(0)} MB with the bench`
        for (const count of counts) await measure(count, all, { ear: engineEar(local), pid: process.pid, memory })
      } finally {
        await local.close()
      }
    } else {
      const settings = { LIVE_SESSIONS_PER_USER: '1000', LIVE_STREAMS: '1000' }
      const mina = await startMina(join(folder, 'data'), await freePort(), ['--max-semi-space-size=8'], settings)
      try {
        const { headers } = await enter(mina.base)
        const memory = async () => {
          const { server_mb, tree_mb } = await memoryOf(mina.pid)
          return `server ${server_mb.toFixed(0)} MB, whole tree ${tree_mb.toFixed(0)} MB`
        }
        const ear = serverEar(mina.base, headers)
        if (asked.soak) await measureSoak(all, { ear, pid: mina.pid })
        else {
          await say(all[0]!, ear, 0)
          for (const count of counts) {
            await measure(count, all, { ear, pid: mina.pid, memory })
            // The second passes over what was said.
            await pause(5_000)
          }
        }
      } finally {
        await mina.stop()
      }
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
