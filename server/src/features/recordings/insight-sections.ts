import type { Claim, Entity, FoundTask, Insights, KeyPhrase, Statement } from '@mina/contract'
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

const said = ({ text, speaker, start_ms }: Statement) => ({
  text: speaker ? `${speaker}: ${text}` : text,
  at_ms: start_ms,
})

/** "Friday (2026-03-06)": when it was is worth more to a reader of the file than what it was called. */
const named = ({ text, date, start_ms }: Entity) => ({
  text: date && date !== text ? `${text} (${date})` : text,
  at_ms: start_ms,
})

const counted = ({ text, count, start_ms }: KeyPhrase) => ({
  text: count > 1 ? `${text} (${count} times)` : text,
  at_ms: start_ms,
})

const kinds: readonly (readonly [Entity['kind'], string])[] = [
  ['person', 'People'],
  ['organisation', 'Organisations'],
  ['place', 'Places'],
  ['date', 'Dates'],
  ['money', 'Amounts of money'],
]

/** Insights as a document shows them, a section a kind; what there is none of is left out. */
export const insightSections = (insights: Insights): ExportedInsight[] =>
  [
    { heading: 'Summary', items: insights.summary.map((it) => claimed(it.text, it)) },
    { heading: 'Decisions', items: insights.decisions.map((it) => claimed(it.text, it)) },
    { heading: 'Action items', items: insights.tasks.map((it) => claimed(asked(it), it)) },
    { heading: 'Questions', items: insights.questions.map(said) },
    { heading: 'Chapters', items: insights.chapters.map(({ title, start_ms }) => ({ text: title, at_ms: start_ms })) },
    { heading: 'Key phrases', items: insights.key_phrases.map(counted) },
    ...kinds.map(([kind, heading]) => ({
      heading,
      items: insights.entities.filter((it) => it.kind === kind).map(named),
    })),
  ].filter(({ items }) => items.length > 0)
