import { z } from 'zod'
import type { ReceivedFile } from '../../../access/route.ts'
import { missingField, wrongField } from './failures.ts'

const formats = ['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'] as const
export type Format = (typeof formats)[number]

export interface Asked {
  file: ReceivedFile
  model: string | undefined
  language: string | undefined
  prompt: string | undefined
  temperature: number | undefined
  format: Format
  granularities: ReadonlySet<'segment' | 'word'>
  stream: boolean
}

const Text = z.string().optional().catch(undefined)
const Several = z.union([z.array(z.string()), z.string().transform((it) => [it])]).catch([])

const Form = z.looseObject({
  model: Text,
  language: Text,
  prompt: Text,
  temperature: Text,
  response_format: Text,
  stream: Text,
  timestamp_granularities: Several,
})

/** What promises something that Mina does not do is refused; hints that change no promise are not looked at. */
const refused = ['known_speaker_names', 'known_speaker_references']

const filled = (text: string | undefined) => text?.trim() || undefined

function formatIn(given: string | undefined, fallback: Format, allowed: readonly Format[]): Format {
  const wanted = filled(given)
  if (!wanted) return fallback
  const format = allowed.find((it) => it === wanted)
  if (format) return format
  throw wrongField(
    'response_format',
    `Invalid value: '${wanted.slice(0, 40)}'. Supported values are: ${allowed.map((it) => `'${it}'`).join(', ')}.`,
  )
}

function temperatureIn(given: string | undefined): number | undefined {
  const text = filled(given)
  if (text === undefined) return undefined
  const value = Number(text)
  if (Number.isFinite(value) && value >= 0 && value <= 1) return value
  throw wrongField('temperature', "Invalid 'temperature': expected a number from 0 to 1.")
}

function languageIn(given: string | undefined): string | undefined {
  const text = filled(given)
  if (text === undefined || /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text)) return text
  throw wrongField(
    'language',
    `Invalid language '${text.slice(0, 40)}'. Language parameter must be specified in ISO-639-1 format.`,
    'invalid_language_format',
  )
}

function granularitiesIn(given: readonly string[]): ReadonlySet<'segment' | 'word'> {
  const found = new Set<'segment' | 'word'>()
  for (const it of given) {
    if (it !== 'segment' && it !== 'word')
      throw wrongField(
        'timestamp_granularities',
        `Invalid value: '${it.slice(0, 40)}'. Supported values are: 'word' and 'segment'.`,
      )
    found.add(it)
  }
  return found.size > 0 ? found : new Set(['segment'])
}

/**
 * Whether the answer comes as events. They carry text, whatever the format; subtitles do not fit into them, and a client
 * that reads events would find none in a file of subtitles. Whisper's clients get no stream from the original either.
 */
export function comesAsEvents({ stream, model, format }: Asked): boolean {
  if (!stream || model === 'whisper-1') return false
  if (format !== 'srt' && format !== 'vtt') return true
  throw wrongField(
    'response_format',
    `response_format '${format}' can not be streamed. Leave out 'stream', or use 'json', 'text', 'verbose_json' or 'diarized_json' instead.`,
    'unsupported_value',
  )
}

/** The form of either call, checked as OpenAI checks it; fields may come in any order, before or after the file. */
export function asked(
  body: Record<string, unknown>,
  files: readonly ReceivedFile[],
  allowed: readonly Format[] = formats,
): Asked {
  const file = files.find((it) => it.field === 'file')
  if (!file) throw missingField('file')
  for (const name of refused)
    if (body[name] !== undefined) throw wrongField(name, `Unsupported parameter: '${name}'.`, 'unsupported_parameter')
  const form = Form.parse(body)
  return {
    file,
    model: filled(form.model),
    language: languageIn(form.language),
    prompt: filled(form.prompt),
    temperature: temperatureIn(form.temperature),
    format: formatIn(form.response_format, 'json', allowed),
    granularities: granularitiesIn(form.timestamp_granularities),
    stream: filled(form.stream)?.toLowerCase() === 'true',
  }
}
