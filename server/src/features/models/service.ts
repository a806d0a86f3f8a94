import type { Model } from '@mina/contract'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { bytesAt, installedAt, readManifest } from '../../speech/engines/local/models/installed.ts'
import { pullModel, removeModel } from '../../speech/engines/local/models/pull.ts'
import { builtInName, entryNamed, type ModelEntry, registry } from '../../speech/engines/local/models/registry.ts'
import { SpeechError } from '../../speech/errors.ts'
import { speedBook } from './speeds.ts'

export interface ModelsOptions {
  modelsDir: string
  mirror?: string | undefined
  /** Seconds of sound that a model writes down in a second here. */
  measure: (name: string, signal: AbortSignal) => Promise<number>
  log: Log
}

interface Work {
  doing: 'installing' | 'measuring'
  stop: AbortController
  began: number
  /** What of the download was here before, and what is here now. */
  first: number | null
  bytes: number
  total: number | null
}

const builtIn: Pick<ModelEntry, 'name' | 'title' | 'role' | 'languages' | 'licence'> = {
  ...{ name: builtInName, title: 'Moonshine tiny', role: 'recognition', languages: ['en'], licence: 'MIT' },
}

const progressOf = ({ doing, began, first, bytes, total }: Work): Model['progress'] => {
  if (doing !== 'installing') return null
  const pace = (bytes - (first ?? bytes)) / ((performance.now() - began) / 1000)
  return { bytes, total, left_s: total !== null && pace > 0 ? Math.ceil((total - bytes) / pace) : null }
}

/** Fetches, proves, measures and removes speech models while the server runs. Each process knows its own work only. */
export function modelService({ modelsDir, mirror, measure, log }: ModelsOptions) {
  const works = new Map<string, Work>()
  const failures = new Map<string, string>()
  const running = new Set<Promise<void>>()
  const speeds = speedBook(modelsDir)

  const entryOf = (name: string) => {
    const entry = entryNamed(name)
    if (entry) return entry
    throw new Refusal('not_found', `Mina knows no model named ${name}.`)
  }

  /** Runs beside the request that asked for it; how it ends is told by the list. */
  const begin = (name: string, doing: Work['doing'], total: number | null, run: (work: Work) => Promise<void>) => {
    const work: Work = { doing, stop: new AbortController(), began: performance.now(), first: null, bytes: 0, total }
    works.set(name, work)
    failures.delete(name)
    const ended = run(work)
      .catch((error: unknown) => {
        if (work.stop.signal.aborted) return
        const known = error instanceof SpeechError
        failures.set(name, known ? error.message : 'It did not work on this machine. The log of the server says more.')
        log.error(
          { model: name, doing, reason: error instanceof Error ? error.message : 'unknown' },
          'model work failed',
        )
      })
      .finally(() => {
        if (works.get(name) === work) works.delete(name)
        running.delete(ended)
      })
    running.add(ended)
  }

  const measureIt = async (name: string, work: Work) => {
    work.doing = 'measuring'
    const speed = await measure(name, work.stop.signal)
    await speeds.write(name, speed)
    log.info({ model: name, speed: Math.round(speed) }, 'model measured')
  }

  const present = (entry: ModelEntry, measured: Record<string, number>): Model => {
    const work = works.get(entry.name)
    const folder = installedAt(entry, modelsDir)
    return {
      ...{ name: entry.name, title: entry.title, role: entry.role, licence: entry.licence },
      languages: entry.languages === 'any' ? null : [...entry.languages],
      state: work?.doing === 'installing' ? 'installing' : folder ? 'installed' : 'absent',
      by_hand: folder !== undefined && readManifest(folder) === undefined,
      download_bytes: entry.bytes,
      disk_bytes: folder ? bytesAt(entry, folder) : null,
      speed: folder ? (measured[entry.name] ?? null) : null,
      measuring: work?.doing === 'measuring',
      progress: work ? progressOf(work) : null,
      failure: failures.get(entry.name) ?? null,
    }
  }

  return {
    async list(): Promise<Model[]> {
      const measured = await speeds.read()
      const first: Model = {
        ...builtIn,
        languages: [...builtIn.languages],
        ...{ state: 'built_in', by_hand: false, download_bytes: null, disk_bytes: null, progress: null },
        speed: measured[builtInName] ?? null,
        measuring: works.has(builtInName),
        failure: failures.get(builtInName) ?? null,
      }
      return [first, ...registry.map((entry) => present(entry, measured))]
    },

    install(name: string) {
      const entry = entryOf(name)
      if (works.has(name)) return
      if (installedAt(entry, modelsDir)) throw new Refusal('conflict', `${entry.title} is here already.`)
      begin(name, 'installing', entry.bytes, async (work) => {
        const onProgress = ({ bytes, total }: { bytes: number; total: number | null }) => {
          work.first ??= bytes
          work.bytes = bytes
          work.total = total ?? entry.bytes
        }
        await pullModel(entry, { modelsDir, mirror, signal: work.stop.signal, onProgress })
        log.info({ model: name }, 'model installed')
        if (entry.role === 'recognition') await measureIt(name, work)
      })
    },

    measure(name: string) {
      const entry = name === builtInName ? builtIn : entryOf(name)
      if (works.has(name)) return
      if (entry.role !== 'recognition') throw new Refusal('conflict', `${entry.title} writes no text to be measured.`)
      if (name !== builtInName && !installedAt(entryOf(name), modelsDir))
        throw new Refusal('conflict', `${entry.title} is not here yet: install it first.`)
      begin(name, 'measuring', null, (work) => measureIt(name, work))
    },

    async remove(name: string) {
      if (name === builtInName) throw new Refusal('conflict', `${builtIn.title} comes with Mina and stays.`)
      const entry = entryOf(name)
      const work = works.get(name)
      works.delete(name)
      failures.delete(name)
      work?.stop.abort()
      if ((await removeModel(entry, modelsDir)) === 'not ours')
        throw new Refusal('conflict', 'It was not fetched by Mina, so it is left alone: remove its folder yourself.')
    },

    async close() {
      for (const { stop } of works.values()) stop.abort()
      await Promise.all(running)
    },
  }
}
