import type { ExportedConversation } from '../documents/index.ts'
import { redactSegments } from '../understanding/index.ts'

/** Every text of the conversation, each under a name of its own, so that one pass gives all their placeholders. */
function textsOf(it: ExportedConversation) {
  return [
    ...it.segments.flatMap(({ text, speaker, translation }, at) => [
      { id: `segment ${at}`, text, speaker: speaker ?? null },
      ...(translation ? [{ id: `translation ${at}`, text: translation }] : []),
    ]),
    ...it.highlights.flatMap(({ text, label }, at) => [
      { id: `highlight ${at}`, text },
      ...(label ? [{ id: `label ${at}`, text: label }] : []),
    ]),
    ...it.tasks.flatMap(({ text, assignee }, at) => [
      { id: `task ${at}`, text },
      ...(assignee ? [{ id: `assignee ${at}`, text: assignee }] : []),
    ]),
    ...(it.insights ?? []).flatMap(({ items }, section) =>
      items.map(({ text }, at) => ({ id: `insight ${section} ${at}`, text })),
    ),
  ].map((text) => ({ ...text, start_ms: 0, end_ms: 0 }))
}

/** The conversation without what identifies people: in what was said, in what was made of it, and in who spoke. */
export async function withoutPersonalData(
  it: ExportedConversation,
  people: readonly string[],
): Promise<ExportedConversation> {
  const assigned = it.tasks.flatMap(({ assignee }) => (assignee ? [assignee] : []))
  const { title, segments: texts } = await redactSegments(textsOf(it), {
    title: it.title,
    names: [...it.speakers.filter((name) => !/^Speaker \d+$/.test(name)), ...assigned, ...people],
    language: it.language ?? null,
  })
  const clean = new Map(texts.map((text) => [text.id, text]))
  const cleaned = (id: string, text: string) => clean.get(id)?.text ?? text
  const segments = it.segments.map(({ words, ...segment }, at) => {
    const text = cleaned(`segment ${at}`, segment.text)
    return {
      ...segment,
      text,
      speaker: clean.get(`segment ${at}`)?.speaker ?? null,
      ...(segment.translation && { translation: cleaned(`translation ${at}`, segment.translation) }),
      // Words carry what the text no longer says; they stay only where the text did not change.
      ...(words && text === segment.text && { words }),
    }
  })
  return {
    ...it,
    title,
    speakers: [...new Set(segments.flatMap(({ speaker }) => speaker ?? []))],
    segments,
    highlights: it.highlights.map((highlight, at) => ({
      ...highlight,
      text: cleaned(`highlight ${at}`, highlight.text),
      label: highlight.label && cleaned(`label ${at}`, highlight.label),
    })),
    tasks: it.tasks.map((task, at) => ({
      ...task,
      text: cleaned(`task ${at}`, task.text),
      assignee: task.assignee && cleaned(`assignee ${at}`, task.assignee),
    })),
    insights: (it.insights ?? []).map(({ heading, items }, section) => ({
      heading,
      items: items.map((item, at) => ({ ...item, text: cleaned(`insight ${section} ${at}`, item.text) })),
    })),
  }
}
