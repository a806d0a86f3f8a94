import type { VocabularySuggestion, VocabularyWord } from '@mina/contract'
import type { Principal } from '../../access/principal.ts'
import { Refusal } from '../../platform/refusal.ts'
import { type Corrected, correct, learnFrom, type VocabularyTerm } from '../../text/vocabulary/index.ts'
import type { Glossary } from '../../translation/port.ts'
import type { Conversations } from '../conversations/index.ts'
import type { TextEdit, VocabularyRow, VocabularyRows } from './vocabulary-rows.ts'

const MOST_WORDS = 1_000
const MOST_FORMS = 50
const MOST_GLOSSARY = 500
const EDITS_READ = 200
const MOST_SUGGESTIONS = 50
const MOST_CONVERSATIONS_AT_ONCE = 100

interface VocabularyOptions {
  rows: VocabularyRows
  conversations: Pick<Conversations, 'open' | 'editing'>
}

const present = ({ id, word, heard_as, created_at }: VocabularyRow): VocabularyWord => ({
  id,
  word,
  heard_as,
  created_at: created_at.toISOString(),
})

const same = (one: string, two: string) => one.toLowerCase() === two.toLowerCase()

const unknownWord = () => new Refusal('not_found', 'There is no such word in your vocabulary.')

/** Whole words, in PostgreSQL's regular expressions; the exact look is taken by the editing itself. */
const pattern = (form: string) => `(^|[^[:alnum:]])${form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}([^[:alnum:]]|$)`

/** The words of a user's world: offered to engines, put right after them, learnt from edits. */
export function vocabularyService({ rows, conversations }: VocabularyOptions) {
  const termsOf = async (userId: string): Promise<VocabularyTerm[]> =>
    (await rows.of(userId)).map(({ word, heard_as }) => ({ term: word, heard_as }))

  const correctorOf =
    (terms: readonly VocabularyTerm[]) =>
    (text: string, language?: string | null, signal?: AbortSignal): Promise<Corrected> =>
      correct(text, terms, language, signal)

  async function suggestions(userId: string): Promise<VocabularySuggestion[]> {
    const known = await rows.of(userId)
    const isKnown = (heard: string, meant: string) =>
      known.some((it) => same(it.word, meant) && it.heard_as.some((form) => same(form, heard)))
    const found = new Map<string, VocabularySuggestion>()
    for (const edit of await rows.recentEdits(userId, EDITS_READ)) {
      for (const { before, after } of pairsOf(edit)) {
        for (const { heard, meant, risky } of await learnFrom(before, after, edit.language ?? undefined)) {
          if (isKnown(heard, meant)) continue
          const key = `${heard.toLowerCase()}\n${meant}`
          const it = found.get(key)
          if (it) it.count += 1
          else found.set(key, { heard, meant, risky, count: 1 })
        }
      }
    }
    return [...found.values()].sort((a, b) => b.count - a.count).slice(0, MOST_SUGGESTIONS)
  }

  return {
    suggestions,

    async correct(userId: string, text: string, language?: string | null): Promise<Corrected> {
      return await correct(text, await termsOf(userId), language)
    },

    /** For a recognition pass: what an engine can be told to expect, and what puts its text right. */
    async wordsOf(userId: string) {
      const terms = await termsOf(userId)
      return { words: terms.map((it) => it.term), correct: correctorOf(terms) }
    },

    /** Names and terms stay as they are in a translation; an everyday word in the vocabulary is translated. */
    async glossaryOf(userId: string): Promise<Glossary> {
      const names = (await rows.of(userId)).map((row) => row.word).filter((word) => /[\p{Lu}\p{N}]/u.test(word))
      return Object.fromEntries(names.slice(0, MOST_GLOSSARY).map((word) => [word, word]))
    },

    list: async (userId: string) => (await rows.of(userId)).map(present),

    async add(userId: string, { word, heard_as }: { word: string; heard_as: string[] }) {
      const forms = heard_as.filter((form) => form !== word)
      const known = (await rows.of(userId)).find((row) => row.word === word)
      if (!known && (await rows.count(userId)) >= MOST_WORDS)
        throw new Refusal('bad_request', `A vocabulary holds ${MOST_WORDS} words. Remove some first.`)
      if (new Set([...(known?.heard_as ?? []), ...forms]).size > MOST_FORMS)
        throw new Refusal(
          'bad_request',
          `heard_as: a word has at most ${MOST_FORMS} forms. Remove the word to begin anew.`,
        )
      return present(await rows.put(userId, word, forms))
    },

    async remove(userId: string, id: string) {
      if (!(await rows.remove(userId, id))) throw unknownWord()
    },

    /** Puts the word where its forms stand in all conversations: a change like a person's, which each can undo. */
    async apply(principal: Pick<Principal, 'userId'>, id: string, preview: boolean) {
      const row = await rows.find(principal.userId, id)
      if (!row) throw unknownWord()
      if (row.heard_as.length === 0)
        throw new Refusal('bad_request', 'Say first what this word is heard as; that is what will be replaced.')
      const found = await rows.holding(principal.userId, row.heard_as.map(pattern))
      if (preview)
        return { conversations: found.length, segments: found.reduce((sum, it) => sum + it.segments, 0), left: 0 }
      let changed = 0
      let touched = 0
      let left = Math.max(0, found.length - MOST_CONVERSATIONS_AT_ONCE)
      for (const it of found.slice(0, MOST_CONVERSATIONS_AT_ONCE)) {
        try {
          const segments = await replaceIn(principal, it.id, row)
          changed += segments
          if (segments > 0) touched += 1
        } catch (error) {
          // Edited or deleted at this very moment: the next call finds it as it then is.
          if (!(error instanceof Refusal)) throw error
          if (error.code !== 'not_found') left += 1
        }
      }
      return { conversations: touched, segments: changed, left }
    },
  }

  async function replaceIn(principal: Pick<Principal, 'userId'>, conversationId: string, row: VocabularyRow) {
    const changed = new Set<string>()
    // The longest form first: a shorter one may be a part of it.
    for (const form of row.heard_as.toSorted((a, b) => b.length - a.length)) {
      const conversation = await conversations.open(principal, conversationId, 'write')
      const { segments } = await conversations.editing.replace(conversation, {
        find: form,
        replace: row.word,
        match_case: same(form, row.word),
        whole_words: true,
      })
      for (const segment of segments) changed.add(segment.id)
    }
    return changed.size
  }
}
export type Vocabulary = ReturnType<typeof vocabularyService>

/** The two sides of an edit, segment by segment. */
function pairsOf({ before, after }: TextEdit) {
  const became = new Map(after.map((it) => [it.id, it.text]))
  return before.flatMap(({ id, text }) => {
    const now = became.get(id)
    return now === undefined || now === text ? [] : [{ before: text, after: now }]
  })
}
