import type { Conversation, ConversationItem, Segment } from '@mina/contract'
import type { ListedRow } from './library-rows.ts'
import type { Around } from './repository.ts'
import type { ConversationRow, SegmentRow } from './rows.ts'

const OPENING_CHARACTERS = 180

const ALREADY_HERE = {
  code: 'duplicate',
  message: 'The very same recording is in your library already. Delete this conversation if once is enough.',
}

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')

/** Cut between words, where the script has any, and seen to be cut. */
const beginning = (text: string) =>
  text.length > OPENING_CHARACTERS ? `${text.slice(0, OPENING_CHARACTERS).replace(/\s+\S{0,30}$/, '')}…` : text

const facts = (row: Omit<ListedRow, 'open_tasks' | 'shared' | 'opening'>) => ({
  id: row.id,
  title: row.title,
  created_at: row.created_at,
  updated_at: row.updated_at,
  duration_s: Math.round(row.duration_ms / 1000),
  word_count: row.word_count,
  status: row.status,
  source: row.source,
  language: row.language,
  speakers: row.speakers,
  tags: row.tags,
  progress: row.progress,
  failure: row.failure,
})

export const presentItem = (row: ListedRow): ConversationItem => ({
  ...facts(row),
  open_tasks: row.open_tasks,
  shared: row.shared,
  snippet: escaped(beginning(row.opening)),
})

export const presentConversation = (row: ConversationRow, around: Around): Conversation => ({
  ...facts({ ...row, created_at: row.created_at.toISOString(), updated_at: row.updated_at.toISOString() }),
  ...around,
  duration_ms: row.duration_ms,
  revision: row.revision,
  warnings: around.duplicate_of ? [...row.warnings, ALREADY_HERE] : row.warnings,
})

export const presentSegment = (row: SegmentRow): Segment => ({
  id: row.id,
  idx: row.idx,
  revision: row.revision,
  start_ms: row.start_ms,
  end_ms: row.end_ms,
  text: row.text,
  is_final: row.is_final,
  ...(row.speaker !== null && { speaker: row.speaker }),
  confidence: row.confidence,
  ...(row.words && { words: row.words, words_estimated: row.words_estimated }),
  ...(row.doubtful && { doubtful: true }),
  ...(row.edited_at && { edited: true }),
  ...(row.uncorrected && !row.edited_at && { uncorrected: row.uncorrected }),
})
