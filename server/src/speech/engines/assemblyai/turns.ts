import type { StreamEvent } from '../../port.ts'
import type { AssemblyaiTurn } from './answer.ts'
import { settledLetters, utteranceOfTurn } from './utterances.ts'

interface TurnReading {
  offset_ms: number
  interim: boolean
  /** Whether ended turns come again with punctuation. */
  formatted: boolean
  push: (event: StreamEvent) => void
}

/**
 * A turn grows, ends, and (with the English model) comes once more with punctuation: that last form is the final one.
 * When it does not come, the unpunctuated end stands.
 */
export function createTurnReader({ offset_ms, interim, formatted, push }: TurnReading) {
  let ended: AssemblyaiTurn | null = null
  let growing = false
  let waiting: (() => void) | null = null

  const finalise = (turn: AssemblyaiTurn) => {
    const utterance = utteranceOfTurn(turn, offset_ms)
    ended = null
    growing = false
    if (utterance) {
      push({ type: 'final', utterance, speech_final: true })
      push({ type: 'utterance_end', at_ms: utterance.end_ms })
    }
    waiting?.()
  }

  return {
    take(turn: AssemblyaiTurn) {
      if (ended && turn.turn_order > ended.turn_order) finalise(ended)
      if (turn.end_of_turn && (turn.turn_is_formatted || !formatted)) finalise(turn)
      else if (turn.end_of_turn) ended = turn
      else {
        growing = true
        const utterance = interim ? utteranceOfTurn(turn, offset_ms) : null
        if (utterance) push({ type: 'interim', utterance, stable_chars: settledLetters(turn) })
      }
    },
    finishUnformatted() {
      if (ended) finalise(ended)
    },
    open: () => growing || ended !== null,
    next: () =>
      new Promise<void>((resolve) => {
        waiting = resolve
      }),
    giveUp: () => waiting?.(),
  }
}
