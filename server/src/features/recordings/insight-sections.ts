import type { Claim, FoundTask, Insights } from '@mina/contract'
import type { ExportedInsight } from '../documents/index.ts'

/** A reader of the file can not follow it to the place, so what was not borne out says so itself. */
const claimed = (text: string, { supported, start_ms }: Pick<Claim, 'supported' | 'start_ms'>) => ({
  text: supported ? text : `${text} (not confirmed by what was said)`,
  at_ms: start_ms,
})

const asked = ({ text, assignee, due_date, due_text }: FoundTask) => {
  const due = due_date ?? due_text
  return `${assignee ? `${assignee}: ` : ''}${text}${due ? ` (${due})` : ''}`
}

/** Insights as a document shows them, a section a kind; what there is none of is left out. */
export const insightSections = ({ summary, decisions, tasks, chapters }: Insights): ExportedInsight[] =>
  [
    { heading: 'Summary', items: summary.map((it) => claimed(it.text, it)) },
    { heading: 'Decisions', items: decisions.map((it) => claimed(it.text, it)) },
    { heading: 'Action items', items: tasks.map((it) => claimed(asked(it), it)) },
    { heading: 'Chapters', items: chapters.map(({ title, start_ms }) => ({ text: title, at_ms: start_ms })) },
  ].filter(({ items }) => items.length > 0)
