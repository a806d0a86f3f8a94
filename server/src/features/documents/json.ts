import type { ExportedConversation } from './conversation.ts'

/** Everything that is known, in the contract's own names and units, for programs. */
export const toJson = (it: ExportedConversation) =>
  `${JSON.stringify(
    {
      title: it.title,
      created_at: new Date(it.created_at).toISOString(),
      duration_ms: it.duration_ms,
      language: it.language ?? null,
      translation_language: it.translation_language ?? null,
      speakers: it.speakers,
      segments: it.segments.map(({ start_ms, end_ms, text, speaker, translation, words }) => ({
        start_ms,
        end_ms,
        speaker: speaker ?? null,
        text,
        ...(translation != null && { translation }),
        ...(words && { words }),
      })),
      highlights: it.highlights,
      tasks: it.tasks,
      insights: it.insights ?? [],
    },
    null,
    2,
  )}\n`
