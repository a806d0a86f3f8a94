import { createLeveller } from '../../../audio/level.ts'
import { createTape } from '../../streaming/tape.ts'
import type { Island, VoiceDetector } from '../../streaming/voice.ts'
import { createPacker, type Piece, splitLong } from './cutting.ts'

/** A piece with its sound, or word that there was none up to here. */
export type Cut = { piece: Piece; samples: Int16Array; position: number } | { piece?: undefined; position: number }

export interface SpeakerTurn extends Island {
  speaker: number
}

const blockLength = 2 * 16_000
const silenceNews = 30 * 16_000

/** From samples to pieces, as they are asked for; keeps the sound of the piece at hand and no more. */
export async function* cutPieces(
  source: AsyncIterable<Int16Array>,
  detector: VoiceDetector,
  { turns = [], first }: { turns?: readonly SpeakerTurn[]; first?: number | undefined } = {},
): AsyncGenerator<Cut> {
  const tape = createTape()
  const packer = createPacker({ first })
  const leveller = createLeveller()
  let told = 0
  let speaking = false
  let quietSince = 0

  const ready = (pieces: Piece[]): Cut[] =>
    pieces.map((piece) => {
      told = piece.end
      return { piece, samples: tape.read(piece.start, piece.end), position: piece.end }
    })
  const take = (islands: Island[]) =>
    islands
      .flatMap((island) => splitLong(island, tape.read))
      .flatMap((island) => bySpeaker(island, turns))
      .flatMap(({ speaker, ...island }) => ready(packer.add(island, speaker)))

  for await (const block of inBlocks(source)) {
    const levelled = leveller.level(block)
    tape.append(levelled)
    const heard = await detector.feed(levelled)
    yield* take(heard.islands)
    if (speaking !== heard.speaking || heard.islands.length > 0) quietSince = tape.end
    speaking = heard.speaking
    if (!speaking) yield* ready(packer.quietUntil(tape.end))
    // Speech that has begun is told only when it ends: its sound is kept from a little before it was first noticed.
    const open = speaking ? quietSince - 4 * block.length : tape.end - 32_000
    tape.forget(Math.min(packer.needs ?? open, open))
    if (tape.end - told >= silenceNews && packer.needs === undefined && !speaking) {
      told = tape.end
      yield { position: told }
    }
  }
  const rest = await detector.feed(new Int16Array(0), true)
  yield* take(rest.islands)
  yield* ready(packer.flush(tape.end))
  yield { position: tape.end }
}

/** A pipe gives what it has; two seconds at a time spare messages, and make a transcript the same each time. */
async function* inBlocks(source: AsyncIterable<Int16Array>): AsyncGenerator<Int16Array> {
  let block = new Int16Array(blockLength)
  let filled = 0
  for await (const part of source) {
    for (let at = 0; at < part.length; ) {
      const count = Math.min(part.length - at, blockLength - filled)
      block.set(part.subarray(at, at + count), filled)
      at += count
      filled += count
      if (filled < blockLength) continue
      yield block
      block = new Int16Array(blockLength)
      filled = 0
    }
  }
  if (filled > 0) yield block.subarray(0, filled)
}

/** An island in which the speaker changes is cut at the change. */
function bySpeaker(island: Island, turns: readonly SpeakerTurn[]): (Island & { speaker?: number })[] {
  const mine = turns.filter((turn) => turn.start < island.end && turn.end > island.start)
  if (mine.length === 0) return [island]
  const parts: (Island & { speaker: number })[] = []
  for (const [index, turn] of mine.entries()) {
    const start = index === 0 ? island.start : parts.at(-1)!.end
    const end =
      index === mine.length - 1 ? island.end : Math.min(island.end, Math.floor((turn.end + mine[index + 1]!.start) / 2))
    const last = parts.at(-1)
    if (last?.speaker === turn.speaker) last.end = Math.max(last.end, end)
    else if (end > start) parts.push({ start, end, speaker: turn.speaker })
  }
  return parts
}
