import { createHash } from 'node:crypto'
import type { Recogniser } from '../../speech/port.ts'
import type { Recognisers } from '../../speech/registry.ts'

/** Names that OpenAI's clients send. Whatever engine is set up answers to them. */
const openaiNames = [
  'whisper-1',
  'gpt-transcribe',
  'gpt-4o-transcribe',
  'gpt-4o-mini-transcribe',
  'gpt-4o-transcribe-diarize',
] as const

/** Names that Deepgram's clients send. */
const deepgramNames = /^((nova|enhanced|base)(-[23])?(-[a-z]+)?|whisper(-(tiny|base|small|medium|large))?)$/

const isOpenaiName = (name: string) => /^(whisper-1|gpt-(4o-)?(mini-)?transcribe(-[\w-]+)?)$/.test(name)

export interface Choice {
  provider?: string
  model?: string
  /** The name says that speakers are wanted. */
  diarize: boolean
}

/** One name, always the same id. */
export const modelId = (name: string) => {
  const hex = createHash('sha256').update(`model ${name}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** 2026-01-01: OpenAI's clients want a time at which a model was made. */
const CREATED = 1_767_225_600

interface Listed {
  name: string
  owner: string
  engine: Recogniser
}

export function createModels(recognisers: Recognisers, provider: string) {
  const usual = () => recognisers.get(provider)

  /** Every name by which something here can be asked. */
  function listed(): Listed[] {
    const ready = recognisers.all.filter((engine) => engine.unavailable() === null)
    const own = ready.flatMap((engine) =>
      engine.capabilities.models.map((name) => ({ name, owner: engine.name, engine })),
    )
    const known = new Set(own.map(({ name }) => name))
    const aliases = openaiNames
      .filter((name) => !known.has(name))
      .map((name) => ({ name, owner: 'mina', engine: usual() }))
    return [...aliases, ...own]
  }

  const ofEngine = (name: string): Choice | null => {
    const found = listed().find((it) => it.name === name && it.owner !== 'mina')
    return found ? { provider: found.owner, model: name, diarize: /-diarize/.test(name) } : null
  }

  /** The engine that is set up, for names of either service; another engine's own model, by its name; else null. */
  function choose(name: string | undefined): Choice | null {
    if (name === undefined) return { diarize: false }
    const engine = usual()
    const alike =
      (engine.name === 'openai' && isOpenaiName(name)) || (engine.name === 'deepgram' && deepgramNames.test(name))
    if (alike) return { model: name, diarize: /-diarize/.test(name) }
    if (isOpenaiName(name) || deepgramNames.test(name)) return { diarize: /-diarize/.test(name) }
    return ofEngine(name)
  }

  const asOpenai = ({ name, owner }: Listed) => ({ id: name, object: 'model', created: CREATED, owned_by: owner })
  const asDeepgram = ({ name, engine }: Listed) => ({
    name,
    canonical_name: name,
    architecture: engine.name,
    languages: engine.capabilities.languages === 'any' ? ['multi'] : [...engine.capabilities.languages],
    version: '1',
    uuid: modelId(name),
    batch: engine.capabilities.batch,
    streaming: engine.capabilities.streaming,
    formatted_output: true,
  })

  return {
    choose,
    /** One body that the clients of both services read. */
    list: () => {
      const all = listed()
      return { object: 'list', data: all.map(asOpenai), stt: all.map(asDeepgram), tts: [] }
    },
    get(id: string) {
      const found = listed().find((it) => it.name === id || modelId(it.name) === id)
      return found ? { ...asDeepgram(found), ...asOpenai(found) } : null
    },
  }
}

export type Models = ReturnType<typeof createModels>
