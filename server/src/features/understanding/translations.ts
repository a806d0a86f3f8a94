import type { StoredTranslation, TranslatedSegment } from '@mina/contract'
import type { Clock } from '../../platform/clock.ts'
import { isForeignKeyViolation } from '../../platform/database/errors.ts'
import type { Log } from '../../platform/log.ts'
import type { JobContext } from '../../platform/queue/job.ts'
import { Refusal } from '../../platform/refusal.ts'
import { languageTag, targetLanguage } from '../../translation/languages.ts'
import { addUsage, type Glossary, noUsage } from '../../translation/port.ts'
import type { Translators } from '../../translation/registry.ts'
import { translateSegments } from '../../translation/segments.ts'
import type { Conversations, Opened } from '../conversations/index.ts'
import { asRefusal } from '../translation/index.ts'
import { translateJob } from './jobs.ts'
import type { Publish, Send } from './ports.ts'
import { settledSegments } from './segments.ts'
import type { TranslationRow, TranslationRows } from './translation-rows.ts'
import type { Unmade } from './translation-versions.ts'
import type { WorkMeter } from './usage.ts'
import { abandon, announcing, carryOut, openForWork, type Signals } from './work.ts'
import { isOpen } from './work-rows.ts'

const ENDPOINT = '/api/conversations/:id/translate'

interface TranslationsOptions {
  rows: TranslationRows
  conversations: Pick<Conversations, 'open' | 'segments'>
  translators: Translators
  /** The user's words, which are to stay as they are. */
  glossaryOf: (userId: string) => Promise<Glossary>
  send: Send
  signals: Signals
  publish: Publish
  usage: WorkMeter
  clock: Clock
  log: Log
}

interface Wanted {
  target_language: string
  engine?: string | undefined
  glossary?: Glossary | undefined
}

type Listed = Awaited<ReturnType<TranslationRows['list']>>[number]

const present = ({ row, segments }: Listed): StoredTranslation => ({
  id: row.id,
  language: row.language,
  version: row.version,
  engine: row.engine,
  status: row.status,
  progress: row.progress,
  error: row.error,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
  segments,
})

const unmade: Record<Unmade, () => Refusal> = {
  unknown: () => new Refusal('not_found', 'There is no such translation.'),
  busy: () =>
    new Refusal('conflict', 'This is being translated into this language. Wait until that is done, or remove it.'),
  unfinished: () => new Refusal('conflict', 'This version was never finished. Restore one that is.'),
}

/** Translations of whole conversations: asked for, made in the background, kept segment by segment. */
export function translationsService(options: TranslationsOptions) {
  const { rows, conversations, translators, send, signals, publish, usage, log } = options

  /** A code as it is stored, from whatever names the language; null for what is none. */
  const stored = (language: string) => languageTag(language) ?? language

  async function find(conversation: Opened, language: string, version?: number): Promise<Listed> {
    const found = await rows.find(conversation.id, stored(language), version)
    if (!found) throw unmade.unknown()
    return found
  }

  /** The version that came of a wish, or why there is none. */
  async function made(outcome: string | Unmade): Promise<StoredTranslation> {
    if (outcome in unmade) throw unmade[outcome as Unmade]()
    const row = await rows.present(outcome)
    if (!row) throw unmade.unknown()
    return present(row)
  }

  function translatorFor(engine: string | undefined) {
    const translator = translators.choose(engine)
    const trouble = translator.unavailable()
    if (trouble) throw new Refusal('unavailable', trouble)
    return translator
  }

  async function start(conversation: Opened<'write'>, it: Wanted) {
    try {
      const translator = translatorFor(it.engine)
      const language = targetLanguage(translator.name, it.target_language)
      const { id, transcript_id, user_id } = conversation
      if (conversation.status === 'live' || conversation.status === 'processing')
        throw new Refusal('live', 'Words still arrive. Translate when they are complete.')
      if (!transcript_id) throw new Refusal('bad_request', 'There is nothing to translate yet.')
      const wish = {
        ...{ conversation_id: id, transcript_id, language, engine: translator.name },
        chosen: it.engine !== undefined,
        glossary: it.glossary,
        vocabulary: await options.glossaryOf(user_id),
      }
      const outcome = await rows.request(wish, async (translation_id, tx) => {
        await send(translateJob, { translation_id, user_id }, { tx, userId: user_id })
      })
      return await made(outcome)
    } catch (error) {
      throw asRefusal(error)
    }
  }

  async function translate(row: TranslationRow, userId: string, context: JobContext) {
    const conversation = await openForWork(conversations.open, userId, row.conversation_id)
    const announce = announcing(publish, userId, {
      id: row.id,
      conversation_id: row.conversation_id,
      kind: 'translation',
      language: row.language,
    })
    const work = { id: row.id, rows: rows.work, context, signals, log, announce }
    await carryOut(work, async ({ signal, progress, gone }) => {
      const spent = noUsage()
      let failed = true
      try {
        const segments = await settledSegments(conversations.segments, row.transcript_id)
        await translateSegments(translatorFor(row.engine), segments, {
          source: sourceOf(conversation.language),
          target: row.language,
          glossary: row.terms ?? (await options.glossaryOf(userId)),
          kept: await rows.kept(row.id),
          signal,
          onProgress: progress,
          onUsage: (more) => addUsage(spent, more),
          onSegments: async (done) => {
            await rows.save(
              row.id,
              done.map(({ id, revision, text }) => ({ segment_id: id, revision, text })),
            )
          },
        })
        if (!(await rows.finish(row.id))) gone()
        failed = false
      } catch (error) {
        // The translation was removed while its next stretch was on the way.
        if (isForeignKeyViolation(error)) gone()
        throw error
      } finally {
        const { characters, tokens, cost_usd } = spent
        if (characters + tokens > 0)
          await usage.record({ userId, service: row.engine, endpoint: ENDPOINT, characters, tokens, cost_usd, failed })
      }
    })
  }

  return {
    start,
    list: async (conversation: Opened<'read'>) => (await rows.list(conversation.id)).map(present),

    async get(conversation: Opened<'read'>, language: string, version?: number) {
      const found = await find(conversation, language, version)
      const segments: TranslatedSegment[] = await rows.segments(found.row.id)
      return { translation: present(found), glossary: found.row.terms ?? {}, segments }
    },

    restore: async (conversation: Opened<'write'>, language: string, version: number) =>
      await made(await rows.restore(conversation.id, stored(language), version)),

    /** A version, or the translation as a whole. */
    async remove(conversation: Opened<'write'>, language: string, version?: number) {
      const removed = await rows.remove(conversation.id, stored(language), version)
      if (removed.length === 0) throw unmade.unknown()
      for (const id of removed) await signals.cancel(id)
    },

    onGone: (conversationIds: string[]) => abandon(rows.work, signals, conversationIds),

    async handle(payload: { translation_id: string; user_id: string }, context: JobContext) {
      const row = await rows.byId(payload.translation_id)
      if (row && isOpen(row)) await translate(row, payload.user_id, context)
    },
  }
}
export type Translations = ReturnType<typeof translationsService>

const sourceOf = (language: string | null) => (!language || language === 'multi' ? 'auto' : language)
