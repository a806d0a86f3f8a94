import { twoSides } from '../../../audio/sides.ts'
import type { Log } from '../../../platform/log.ts'
import { SpeechError } from '../../errors.ts'
import type { Capabilities, Recogniser, RecognitionOptions, Recording, StreamOptions } from '../../port.ts'
import type { VoiceDetector } from '../../streaming/voice.ts'
import { builtInFiles, builtInMissing, vadFile } from './built-in.ts'
import { knownSound, provedOnKnownSound } from './check.ts'
import { diarizationMissing, speakerTurns } from './diarize.ts'
import { beginningWith, ignoredOptions } from './ignored.ts'
import { liveStreams } from './live.ts'
import { bytesAt, engineFiles, installedAt, installedModels } from './models/installed.ts'
import { builtInName, entryNamed } from './models/registry.ts'
import { type Chosen, chooseModel, primary } from './models/select.ts'
import { createDecoderPool, type DecoderPool } from './pool.ts'
import { transcribeLocally } from './transcribe.ts'
import { createVoiceDetectors } from './vad.ts'

export interface LocalOptions {
  /** Where fetched models are. */
  modelsDir: string
  /** Where the token table is written. */
  cacheDir: string
  /** Only for `mina models pull`; kept here so that one record configures all. */
  modelMirror?: string | undefined
  log: Log
  /** Processes that decode; by default one for each core that memory allows. */
  workers?: number
  /** Milliseconds without work after which the processes end. */
  idleAfter?: number
  /** Seconds of sound after which a decoder is replaced. */
  decoderLifetime_s?: number
}

export interface LocalRecogniser extends Recogniser {
  close(): Promise<void>
  /** Loads the built-in model ahead of the first recording, and proves it. */
  warm(): Promise<void>
  /** The voice detector, for turning other engines' batch recognition into live text. */
  openDetector(): Promise<VoiceDetector>
  /** The live streams that fit this machine, by its measured speed. */
  maxStreams(): number
  /** Seconds of work for a second of audio on one core, best of late; null before the first. */
  speed(): number | null
  processes(): number[]
}

/** The speech engine that is always there: no key, no network, no GPU. Nothing runs before the first recording. */
export function createLocalRecogniser(options: LocalOptions): LocalRecogniser {
  const { log, modelsDir } = options
  const detectors = createVoiceDetectors({ model: vadFile, log, idleAfter: options.idleAfter })
  const pools = new Map<string, DecoderPool>()
  const speeds: number[] = []
  let broken: string | null = null

  const filesOf = async ({ entry, folder }: Chosen, language: string | undefined) => {
    if (!entry || !folder) return builtInFiles(options.cacheDir)
    const punctuation = installedAt(entryNamed('punctuation')!, modelsDir)
    const model = punctuation && `${punctuation}/${entryNamed('punctuation')!.files.model}`
    return engineFiles(entry, folder, { language, ...(model ? { punctuation: model } : {}) })
  }

  const poolFor = (chosen: Chosen, language?: string): DecoderPool => {
    // A model that is told its language when it loads needs a pool for each.
    const told = chosen.entry?.family === 'whisper' || chosen.entry?.family === 'sense-voice' ? language : undefined
    const key = `${chosen.name}:${told ?? ''}`
    const known = pools.get(key)
    if (known) return known
    const speaksEnglish = !told || told === 'en'
    if (speaksEnglish) void knownSound()
    const pool = createDecoderPool({
      files: () => filesOf(chosen, told),
      check: async (decode) => {
        try {
          if (speaksEnglish) await provedOnKnownSound(decode)
          broken = null
        } catch (error) {
          if (!chosen.entry)
            broken = 'The built-in speech model does not work on this machine. Run `mina doctor` to see why.'
          throw error
        }
      },
      ...{ log, size: options.workers, idleAfter: options.idleAfter, lifetime_s: options.decoderLifetime_s },
      ...(chosen.entry && chosen.folder ? { memoryEach: 400_000_000 + 2 * bytesAt(chosen.entry, chosen.folder) } : {}),
    })
    pools.set(key, pool)
    return pool
  }

  const timed = (pool: DecoderPool): DecoderPool => ({
    ...pool,
    size: pool.size,
    get finalLoad() {
      return pool.finalLoad
    },
    get waitingLive() {
      return pool.waitingLive
    },
    get pids() {
      return pool.pids
    },
    decode: async (samples, request) => {
      const heard = await pool.decode(samples, request)
      if (heard.took_ms !== undefined && samples.length > 32_000) speeds.push(heard.took_ms / (samples.length / 16))
      if (speeds.length > 30) speeds.shift()
      return heard
    },
  })

  const speed = () => (speeds.length > 0 ? Math.min(...speeds) : null)

  const maxStreams = () => {
    // A final costs its decode, and somewhat more for what was guessed in vain; the detector adds its own. A fifth stays free.
    const cost = Math.min(0.2, Math.max(0.015, speed() ?? 0.04)) * 1.35 + 0.006
    return Math.max(1, Math.floor((poolFor({ name: builtInName }).size * 0.8) / cost))
  }

  const transcribe = async (recording: Recording, asked: RecognitionOptions) => {
    asked.signal?.throwIfAborted()
    const chosen = chooseModel(modelsDir, asked.model, asked.language)
    const pool = timed(poolFor(chosen, primary(asked.language)))
    const byChannel = await heardByChannel(recording, asked)
    if (asked.diarize && !byChannel) {
      const missing = diarizationMissing(modelsDir)
      if (missing) throw new SpeechError('local', 'unavailable', missing)
    }
    // While the file is opened and its first speech is found.
    pool.warm(1)
    const turns = asked.diarize && !byChannel ? await speakerTurns(recording, modelsDir, asked.signal) : []
    const transcript = await transcribeLocally(
      { pool, detectors, model: chosen.name, englishOnly: !chosen.entry },
      recording,
      { ...asked, multichannel: byChannel },
      turns,
    )
    const oneChannel = asked.multichannel && !byChannel && 'multichannel (the recording has one channel)'
    transcript.warnings.push(...ignoredOptions(asked, [oneChannel]))
    return transcript
  }

  const openLive = liveStreams({ detectors, most: maxStreams })
  const stream = async (asked: StreamOptions) => {
    const chosen = chooseModel(modelsDir, asked.model, asked.language)
    const opened = await openLive({
      ...asked,
      pool: timed(poolFor(chosen, primary(asked.language))),
      englishOnly: !chosen.entry,
    })
    return beginningWith(ignoredOptions(asked, [asked.diarize && 'diarize (of a live stream)']), opened)
  }

  return {
    name: 'local',
    get capabilities() {
      return capabilities(modelsDir)
    },
    unavailable: () => builtInMissing() ?? broken,
    transcribe,
    stream,
    openDetector: detectors.open,
    maxStreams,
    speed,
    async warm() {
      const pool = poolFor({ name: builtInName })
      pool.warm()
      await pool.decode(new Int16Array(16_000), { priority: 'short', owner: pool })
    },
    processes: () => [...detectors.pids, ...[...pools.values()].flatMap((pool) => pool.pids)],
    async close() {
      await Promise.all([detectors.close(), ...[...pools.values()].map((pool) => pool.close())])
    },
  }
}

/** Where it is asked for, and where speakers are: each side of a call is one, and no model tells them apart as well. */
const heardByChannel = async (recording: Recording, { multichannel, diarize, signal }: RecognitionOptions) =>
  (multichannel && recording.channels > 1) || (diarize && (await twoSides({ ...recording, signal }))) || false

function capabilities(modelsDir: string): Capabilities {
  const here = installedModels(modelsDir).filter(({ entry }) => entry.role === 'recognition')
  const languages = here.some(({ entry }) => entry.languages === 'any')
    ? 'any'
    : [...new Set(['en', ...here.flatMap(({ entry }) => entry.languages as readonly string[])])]
  return {
    ...{ batch: true, streaming: true, diarization: diarizationMissing(modelsDir) === null, channels: true },
    seeks: true,
    ...{ wordTimes: 'estimated', confidence: false, languages, detectsLanguage: false },
    models: [builtInName, ...here.map(({ entry }) => entry.name)],
  }
}
