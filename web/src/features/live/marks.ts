import { addHighlight, addTask } from '@mina/contract'
import { call } from '../../api/call.ts'
import { clock } from '../../i18n/index.ts'
import type { Mark, Recording } from '../../live/index.ts'
import { type Caption, captionAt, type Said, settledAt } from './captions.ts'
import { openedNow } from './opened.ts'

export const newMark = (kind: Mark['kind'], at_ms: number, text = ''): Mark => ({
  id: crypto.randomUUID(),
  kind,
  at_ms,
  text,
  sent: false,
})

const passageOf = (it: Caption) => ({
  text: it.text,
  start_ms: it.start_ms,
  end_ms: it.end_ms,
  segment_id: it.id,
})

/** Gives highlights the words that were said then, as soon as those are final. The same list where nothing changes. */
export function withPassages(marks: readonly Mark[], said: Said, sure = false): readonly Mark[] {
  let changed = false
  const next = marks.map((it) => {
    if (it.passage || (!sure && !settledAt(said, it.at_ms))) return it
    const found = captionAt(said.finals, it.at_ms)
    if (!found) return it
    changed = true
    return { ...it, passage: passageOf(found) }
  })
  return changed ? next : marks
}

async function send(id: string, { kind, text, at_ms, passage }: Mark) {
  const params = { id }
  if (kind === 'task') {
    const segment = passage && { segment_id: passage.segment_id }
    return call(addTask, { params, body: { text, start_ms: at_ms, ...segment } })
  }
  const place = passage ?? { start_ms: at_ms, end_ms: at_ms }
  if (kind === 'note') {
    const { start_ms, end_ms } = place
    return call(addHighlight, { params, body: { text, label: 'note', colour: 'blue', start_ms, end_ms } })
  }
  return call(addHighlight, { params, body: { text: clock(at_ms), ...place } })
}

/** Sends those that are ready; `all` also those whose words never came. Throws where the server can not be reached. */
export async function sendMarks(conversation: string, marks: readonly Mark[], all = false): Promise<Mark[]> {
  const done: Mark[] = []
  for (const it of marks) {
    const ready = all || it.passage !== undefined
    if (!it.sent && ready) await send(conversation, it)
    done.push(it.sent || !ready ? it : { ...it, sent: true })
  }
  return done
}

/** The last step of a recording: everything that was marked is at the server too. */
export async function settleMarks(recording: Recording) {
  const { conversation_id: id, marks } = recording
  if (!id || !marks?.some((it) => !it.sent)) return
  const { segments } = await openedNow(id)
  const whole = withPassages(marks, { finals: segments, interim: undefined }, true)
  for (const it of whole) {
    if (it.sent) continue
    await send(id, it)
    // Noted one by one: what fails half way is not sent twice.
    recording.marks = recording.marks?.map((one) => (one.id === it.id ? { ...it, sent: true } : one))
  }
}
