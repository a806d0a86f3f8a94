import type { SegmentRow, SegmentRows } from '../conversations/index.ts'

const PAGE = 2_000

/** The words of a transcript that are settled, in order, page by page so that no statement runs long. */
export async function settledSegments(rows: Pick<SegmentRows, 'page'>, transcriptId: string | null, words = false) {
  const found: SegmentRow[] = []
  let from = 0
  while (transcriptId) {
    const page = await rows.page(transcriptId, from, PAGE, words)
    found.push(...page.filter((row) => row.is_final && row.text.trim() !== ''))
    if (page.length < PAGE) break
    from = page.at(-1)!.idx + 1
  }
  return found
}
