import { SpeechError } from '../../../errors.ts'
import { installedModels } from './installed.ts'
import { builtInName, entryNamed, type ModelEntry, registry, speaks } from './registry.ts'

export type Chosen = { name: string; entry?: ModelEntry; folder?: string }

export const primary = (language: string | undefined) =>
  language && language !== 'auto' ? language.toLowerCase().split(/[-_]/)[0]! : undefined

/** Other engines' models and the seeds' names: whoever asks for them here gets the engine's own choice. */
const builtInNames = new Set([builtInName, 'local', 'default', 'tiny', 'base', 'small', 'medium', 'large'])

/** The model that was asked for, or the best that is here for the language; else a refusal that names what would help. */
export function chooseModel(modelsDir: string, asked: string | undefined, language: string | undefined): Chosen {
  const tag = primary(language)
  const named = asked ? (entryNamed(asked) ?? entryNamed(`whisper-${asked}`)) : undefined
  if (asked && !named && !builtInNames.has(asked))
    throw new SpeechError(
      'local',
      'bad_request',
      `The built-in engine has no model of that name. It has ${[builtInName, ...recognising.map((it) => it.name)].join(', ')}.`,
    )
  const here = installedModels(modelsDir).filter(({ entry }) => entry.role === 'recognition')
  if (named && entryNamed(asked!) && named.role === 'recognition') {
    const found = here.find(({ entry }) => entry.name === named.name)
    if (!found)
      throw new SpeechError(
        'local',
        'unavailable',
        `The model ${named.name} is not on this machine. Fetch it with: mina models pull ${named.name}`,
      )
    if (tag && !speaks(named, tag)) throw unsupported(tag, `The model ${named.name} does not know this language`)
    return { name: named.name, ...found }
  }
  const sized = named && here.find(({ entry }) => entry.name === named.name)
  if (sized && (!tag || speaks(sized.entry, tag))) return { name: sized.entry.name, ...sized }
  if (!tag || tag === 'en') return { name: builtInName }
  const able = here.find(({ entry }) => speaks(entry, tag))
  if (!able) throw unsupported(tag, 'The built-in engine knows English only')
  return { name: able.entry.name, ...able }
}

const recognising = registry.filter((entry) => entry.role === 'recognition')

const nameOf = (tag: string) => {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}

function unsupported(tag: string, why: string): SpeechError {
  // Those made for a few languages know them better than one that takes any.
  const helpful = recognising
    .filter((entry) => entry.name !== 'whisper-tiny' && speaks(entry, tag))
    .toSorted((one, other) => Number(one.languages === 'any') - Number(other.languages === 'any'))
  const pulls = helpful.slice(0, 3).map((entry) => `mina models pull ${entry.name}`)
  const local = pulls.length > 0 ? ` For ${nameOf(tag)} fetch a model (${pulls.join(', or ')}), or` : ' You can'
  return new SpeechError(
    'local',
    'unsupported_language',
    `${why}.${local} choose another engine: deepgram, openai or assemblyai, with its key.`,
  )
}
