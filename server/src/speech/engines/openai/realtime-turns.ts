import { z } from 'zod'
import type { StreamEvent } from '../../port.ts'

const item = z.object({ item_id: z.string() })
const Event = z.discriminatedUnion('type', [
  item.extend({ type: z.literal('input_audio_buffer.speech_started'), audio_start_ms: z.number() }),
  item.extend({ type: z.literal('input_audio_buffer.speech_stopped'), audio_end_ms: z.number() }),
  item.extend({ type: z.literal('input_audio_buffer.committed') }),
  item.extend({ type: z.literal('conversation.item.input_audio_transcription.delta'), delta: z.string().default('') }),
  item.extend({
    type: z.literal('conversation.item.input_audio_transcription.completed'),
    transcript: z.string(),
    logprobs: z.array(z.looseObject({ logprob: z.number() })).nullish(),
  }),
  item.extend({ type: z.literal('conversation.item.input_audio_transcription.failed') }),
])
const kinds: ReadonlySet<string> = new Set(Event.options.map((option) => option.shape.type.value))

interface Turn {
  start_ms: number
  end_ms: number | null
  heard: string
  final: { text: string; confidence: number | null } | null
}

interface TurnOptions {
  offset_ms: number
  interim: boolean
  push: (event: StreamEvent) => void
}

/**
 * The turns of one session. Their transcripts may come in any order and are handed on in the order of speech; a turn
 * of which no beginning was told starts where the last one ended.
 */
export function createTurns({ offset_ms, interim, push }: TurnOptions) {
  const turns = new Map<string, Turn>()
  let lastEnd_ms = offset_ms
  /** Where the audio ended when a commit was asked for that is not answered yet. */
  const commits: number[] = []
  let settledCalls: (() => void)[] = []

  const turnOf = (id: string): Turn => {
    const known = turns.get(id)
    if (known) return known
    const turn: Turn = { start_ms: lastEnd_ms, end_ms: null, heard: '', final: null }
    turns.set(id, turn)
    return turn
  }
  const settled = () => turns.size === 0 && commits.length === 0
  const announce = () => {
    if (!settled()) return
    for (const call of settledCalls) call()
    settledCalls = []
  }
  const release = () => {
    for (const [id, turn] of turns) {
      if (!turn.final) return
      turns.delete(id)
      const end_ms = Math.max(turn.start_ms, turn.end_ms ?? turn.start_ms)
      lastEnd_ms = Math.max(lastEnd_ms, end_ms)
      const { text, confidence } = turn.final
      if (text !== '')
        push({ type: 'final', utterance: { start_ms: turn.start_ms, end_ms, text, confidence }, speech_final: true })
      push({ type: 'utterance_end', at_ms: end_ms })
    }
  }

  return {
    /** True when the event tells of a failure, or can not be read. */
    take(event: unknown): boolean {
      const type = typeof event === 'object' && event !== null && 'type' in event ? String(event.type) : ''
      if (!kinds.has(type)) return false
      const read = Event.safeParse(event)
      if (!read.success) return true
      const it = read.data
      const turn = turnOf(it.item_id)
      switch (it.type) {
        case 'input_audio_buffer.speech_started':
          turn.start_ms = offset_ms + Math.round(it.audio_start_ms)
          push({ type: 'speech_started', at_ms: turn.start_ms })
          break
        case 'input_audio_buffer.speech_stopped':
          turn.end_ms = offset_ms + Math.round(it.audio_end_ms)
          break
        case 'input_audio_buffer.committed':
          // The server commits a turn that it has seen end; one without an end is what we asked for.
          turn.end_ms ??= commits.shift() ?? null
          break
        case 'conversation.item.input_audio_transcription.delta':
          turn.heard += it.delta
          if (interim && turn.heard.trim() !== '') {
            const utterance = {
              start_ms: turn.start_ms,
              end_ms: turn.end_ms ?? turn.start_ms,
              text: turn.heard.trim(),
              confidence: null,
            }
            push({ type: 'interim', utterance, stable_chars: 0 })
          }
          break
        case 'conversation.item.input_audio_transcription.completed':
          turn.final = { text: it.transcript.trim(), confidence: likelihood(it.logprobs) }
          release()
          break
        case 'conversation.item.input_audio_transcription.failed':
          return true
      }
      announce()
      return false
    },
    commitAsked(sent_ms: number) {
      commits.push(offset_ms + Math.round(sent_ms))
    },
    nothingToCommit() {
      commits.shift()
      announce()
    },
    settled,
    /** A turn has ended and its text is not there yet. */
    owed: () => [...turns.values()].some((turn) => turn.end_ms !== null),
    allSettled: () =>
      new Promise<void>((resolve) => {
        if (settled()) resolve()
        else settledCalls.push(resolve)
      }),
  }
}

const likelihood = (logprobs: readonly { logprob: number }[] | null | undefined) =>
  logprobs && logprobs.length > 0
    ? Math.min(1, Math.exp(logprobs.reduce((sum, one) => sum + one.logprob, 0) / logprobs.length))
    : null
