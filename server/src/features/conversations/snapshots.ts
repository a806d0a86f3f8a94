import type { EditRow, SegmentRow } from './rows.ts'

/** What a change keeps of a segment; all of it, or what is enough to find it and put it back as it was. */
export type Snapshot = Pick<SegmentRow, 'id' | 'transcript_id' | 'idx' | 'revision' | 'text' | 'speaker'> &
  Partial<SegmentRow>

/** A new name changes no text: a thousand segments need not be kept whole for it. */
export const snapshot = (kind: EditRow['kind'], rows: readonly SegmentRow[]): Snapshot[] =>
  kind === 'rename_speaker'
    ? rows.map(({ id, transcript_id, idx, revision, text, speaker }) => ({
        id,
        transcript_id,
        idx,
        revision,
        text,
        speaker,
      }))
    : [...rows]

/** Snapshots travel through JSON; times come back as text. */
export const restored = (kept: unknown): Snapshot[] =>
  (kept as Snapshot[]).map((row) => ({
    ...row,
    ...(row.edited_at !== undefined && { edited_at: row.edited_at ? new Date(row.edited_at) : null }),
  }))
