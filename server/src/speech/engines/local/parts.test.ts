import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Island } from '../../streaming/voice.ts'
import { difference, disagreement } from './compare.ts'
import { createPacker, splitLong } from './cutting.ts'
import { doubts, withoutRepeats } from './guards.ts'
import { createLanguageEvidence } from './language.ts'
import { inOrder } from './parallel.ts'
import { recognisePiece } from './piece.ts'
import { createFairQueue, type Priority } from './queue.ts'
import { tokenTable } from './tokens.ts'
import { estimateWords, timedWords } from './words.ts'

const second = 16_000
const islands = fc
  .array(fc.tuple(fc.integer({ min: 1600, max: 19 * second }), fc.integer({ min: 1600, max: 6 * second })), {
    maxLength: 30,
  })
  .map((pairs) => {
    let at = 0
    return pairs.map(([length, gap]): Island => {
      const island = { start: at + gap, end: at + gap + length }
      at = island.end
      return island
    })
  })

describe('cutting', () => {
  test('every stretch of speech is in one piece, whole, and no sound is in two', () => {
    fc.assert(
      fc.property(islands, (all) => {
        const packer = createPacker()
        const pieces = [...all.flatMap((island) => packer.add(island)), ...packer.flush((all.at(-1)?.end ?? 0) + 100)]
        expect(pieces.flatMap((piece) => piece.islands)).toEqual(all)
        for (const [index, piece] of pieces.entries()) {
          expect(piece.start).toBeLessThanOrEqual(piece.islands[0]!.start)
          expect(piece.end).toBeGreaterThanOrEqual(piece.islands.at(-1)!.end)
          expect(piece.start).toBeGreaterThanOrEqual(pieces[index - 1]?.end ?? 0)
          if (piece.islands.length > 1)
            expect(piece.islands.at(-1)!.end - piece.islands[0]!.start).toBeLessThanOrEqual(15 * second)
        }
      }),
    )
  })

  test('a piece ends where the speaker changes, and when nothing comes for two seconds', () => {
    const packer = createPacker()
    expect(packer.add({ start: second, end: 2 * second }, 0)).toEqual([])
    expect(packer.add({ start: 2.2 * second, end: 3 * second }, 1)).toMatchObject([{ speaker: 0 }])
    expect(packer.quietUntil(4 * second)).toEqual([])
    expect(packer.quietUntil(5.1 * second)).toMatchObject([{ speaker: 1 }])
  })

  test('speech without a pause is cut at its quietest place and nothing is lost', () => {
    const loud = Int16Array.from({ length: 50 * second }, (_, at) =>
      Math.abs(at - 15 * second) < 1000 ? 0 : 8000 * Math.sin(at),
    )
    const parts = splitLong({ start: 0, end: loud.length }, (from, to) => loud.slice(from, to))
    expect(Math.abs(parts[0]!.end - 15 * second)).toBeLessThan(800)
    expect(parts.every((part) => part.end - part.start <= 20 * second)).toBe(true)
    expect(parts.map((part) => part.start)).toEqual([0, ...parts.slice(0, -1).map((part) => part.end)])
  })
})

describe('guards', () => {
  const loop = 'The two are the ones that are not the same as '.repeat(5).trim()
  test('plain speech passes, loops do not', () => {
    expect(doubts('Good morning everybody! Today we talk about the budget for the next year.', 18, 5)).toEqual([])
    expect(doubts('No, no, I am very, very glad.', 10, 3)).toEqual([])
    expect(doubts(loop, 60, 8)).toEqual(['too_many_tokens', 'compresses'])
    expect(doubts('we go on and on we go on and on we go on and on', 15, 8)).toContain('repeats')
    expect(withoutRepeats(loop).split(' ').length).toBeLessThan(14)
    expect(withoutRepeats(`can ${'1t-'.repeat(40)}`)).toBe('can 1t-')
  })

  test('a loop is decoded again in halves; what stays a loop is cut short and marked', async () => {
    const sound = new Int16Array(8 * second)
    const healed = await recognisePiece(sound, async (samples) =>
      samples.length === sound.length ? { text: loop, tokens: 60 } : { text: 'so be it', tokens: 3 },
    )
    expect(healed).toMatchObject({ text: 'so be it so be it', doubtful: false })
    const lost = await recognisePiece(sound, async () => ({ text: loop, tokens: 60 }))
    expect(lost.doubtful).toBe(true)
    expect(doubts(lost.text, 0, 8)).toEqual([])
  })

  test('what is heard three times in the halves as well was said three times', async () => {
    const sound = new Int16Array(14 * second)
    const again = 'to reset the volume to the default level '.repeat(4).trim()
    const half = 'to reset the volume to the default level '.repeat(2).trim()
    const said = await recognisePiece(sound, async (samples) => ({
      text: samples.length === sound.length ? again : half,
      tokens: 30,
    }))
    expect(said).toMatchObject({ text: again, doubtful: false })
  })

  test('never longer than what came in, and without any loop', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('so', 'we', 'go', 'on', 'a'), { maxLength: 60 }), (list) => {
        const text = list.join(' ')
        expect(withoutRepeats(text).length).toBeLessThanOrEqual(text.length)
        expect(doubts(withoutRepeats(text), 0, 1)).not.toContain('repeats')
      }),
    )
  })
})

describe('language', () => {
  const verdictOf = (...pieces: [number, string, boolean?][]) => {
    const evidence = createLanguageEvidence()
    for (const [seconds, text, doubtful = false] of pieces) evidence.add({ seconds, text, doubtful })
    return evidence.verdict()?.code
  }
  test('English passes; next to no words, loops and unheard-of words do not', () => {
    expect(
      verdictOf([
        10,
        'We will meet on Thursday and then go over the numbers for the next year, I think that is the best way to do it.',
      ]),
    ).toBeUndefined()
    expect(verdictOf([9, '1.'])).toBe('language_mismatch')
    expect(verdictOf([9, 'It is what it is', true], [4, 'so we go on and on and then we stop'])).toBe(
      'language_mismatch',
    )
    expect(verdictOf([2, ''])).toBeUndefined()
  })

  test('what is heard otherwise the second time was made up', () => {
    const fluent = 'We will meet the smith of the town and then we go to the ferry with him'
    const heard = (...disagreements: (number | undefined)[]) => {
      const evidence = createLanguageEvidence()
      for (const disagreement of disagreements) {
        evidence.add({ seconds: 8, text: fluent, doubtful: false })
        evidence.compare(disagreement)
      }
      return evidence.verdict()?.code
    }
    expect(heard(0.9)).toBe('language_mismatch')
    expect(heard(0.1, undefined)).toBeUndefined()
    // A noisy beginning does not make a whole recording foreign.
    expect(heard(0.7, 0.1, 0.05)).toBeUndefined()
  })

  test('a second hearing is asked for at the beginning, when the first was in doubt, and now and then', () => {
    const evidence = createLanguageEvidence()
    const asked = (seconds: number) => evidence.asksTwice(seconds)
    expect([asked(1), asked(10), asked(10), asked(10)]).toEqual([false, true, false, false])
    evidence.compare(0.8)
    expect([asked(10), asked(10)]).toEqual([true, false])
    const minutes = Array.from({ length: 130 }, () => asked(10))
    expect(minutes.filter(Boolean).length).toBe(2)
  })

  test('the difference of two hearings is that of their words', () => {
    expect(difference('Good morning, everyone.', 'good morning everyone')).toBe(0)
    expect(difference('', '')).toBe(0)
    expect(difference('red blue green white', '')).toBe(1)
    expect(difference('red blue green white', 'red brew green white')).toBe(0.25)
  })

  test('numbers say nothing about the language: they are written in words one time and in digits the next', () => {
    const [words, digits] = ['Call me at four hundred seventeen, nine, nine.', 'Call me at 417, 9, 9.']
    expect(disagreement(`${words} Today.`, `${digits} Today.`)).toBe(0)
    expect(disagreement('Four hundred seventeen, nine, nine.', '417-99')).toBeUndefined()
    expect(disagreement('', 'we made all of this up')).toBe(1)
  })

  test('a piece is heard twice beside the first time, and what is clear is not changed by it', async () => {
    const sound = new Int16Array(8 * second)
    const open: ((value: unknown) => void)[] = []
    const running = recognisePiece(
      sound,
      async (samples) => {
        await new Promise((go) => open.push(go))
        return { text: samples.length === sound.length ? 'good morning to all' : 'good', tokens: 4 }
      },
      true,
    )
    expect(open.length).toBe(3)
    open[0]!(undefined)
    const heard = await running
    expect(heard).toMatchObject({ text: 'good morning to all', doubtful: false })
    for (const go of open) go(undefined)
    expect(await heard.disagreement).toBe(0.75)
  })
})

describe('words', () => {
  test('each word gets its island, in order, and fills its time', () => {
    const words = estimateWords('Good morning everybody, welcome back.', [
      { start: 0, end: second, text: 'Good morning everybody' },
      { start: 3 * second, end: 4 * second, text: 'well come back' },
    ])
    expect(words.map((word) => word.punctuated)).toEqual(['Good', 'morning', 'everybody,', 'welcome', 'back.'])
    expect(words[2]!.end_ms).toBe(1000)
    expect(words[3]!.start_ms).toBe(3000)
    expect(words[4]).toMatchObject({ text: 'back', end_ms: 4000, confidence: null })
  })

  test('times never run backwards or out of the speech, whatever the texts say', () => {
    const some = fc.array(fc.constantFrom('a', 'be', 'sea', 'x'), { maxLength: 8 }).map((list) => list.join(' '))
    fc.assert(
      fc.property(some, fc.array(some, { minLength: 1, maxLength: 5 }), (text, texts) => {
        const spoken = texts.map((it, index) => ({
          start: index * 2 * second,
          end: (index * 2 + 1) * second,
          text: it,
        }))
        const words = estimateWords(text, spoken)
        expect(words.map((word) => word.punctuated).join(' ')).toBe(text)
        let before = 0
        for (const word of words) {
          expect(word.start_ms).toBeGreaterThanOrEqual(before)
          expect(word.end_ms).toBeLessThanOrEqual(texts.length * 2000)
          before = word.start_ms
        }
      }),
    )
  })

  test('tokens with times become words with times', () => {
    const timed = [' He', 'llo', ' wor', 'ld', '.'].map((text, index) => ({ text, start: index * 0.2 }))
    expect(timedWords(timed, second, 3 * second)).toMatchObject([
      { text: 'hello', start_ms: 1000, end_ms: 1400 },
      { text: 'world', punctuated: 'world.', start_ms: 1400, end_ms: 1800 },
    ])
  })
})

describe('the queue', () => {
  test('finals first, and within a class each recording in turn', () => {
    const queue = createFairQueue<string>()
    const [one, other, live] = [{}, {}, {}]
    const add = (job: string, priority: Priority, owner: object) => queue.add(job, { priority, owner })
    add('one 1', 'long', one)
    add('one 2', 'long', one)
    add('one 3', 'long', one)
    add('other 1', 'long', other)
    add('short', 'short', other)
    add('interim', 'live-interim', live)
    add('final', 'live-final', live)
    expect(queue.remove('one 3')).toBe(true)
    const taken = Array.from({ length: 6 }, () => queue.take(true))
    expect(taken).toEqual(['final', 'interim', 'short', 'one 1', 'other 1', 'one 2'])
    expect(queue.size).toBe(0)
  })
  test('where a worker is for finals alone, nothing else is given', () => {
    const queue = createFairQueue<string>()
    queue.add('interim', { priority: 'live-interim', owner: {} })
    expect(queue.take(false)).toBeUndefined()
    queue.add('final', { priority: 'live-final', owner: {} })
    expect([queue.take(false), queue.take(true)]).toEqual(['final', 'interim'])
  })
})

test('parallel work keeps the order, its limit, and stops at the first failure', async () => {
  let running = 0
  let most = 0
  let closed = false
  async function* numbers() {
    try {
      for (let it = 0; it < 20; it++) yield it
    } finally {
      closed = true
    }
  }
  const work = async (it: number) => {
    most = Math.max(most, ++running)
    await new Promise((done) => setTimeout(done, (it * 7) % 5))
    running--
    if (it === 15) throw new Error('fifteen')
    return it
  }
  const seen: number[] = []
  await expect(
    (async () => {
      for await (const it of inOrder(numbers(), 4, work)) seen.push(it)
    })(),
  ).rejects.toThrow('fifteen')
  expect(seen).toEqual(Array.from({ length: 15 }, (_, it) => it))
  expect(most).toBeLessThanOrEqual(4)
  expect(closed).toBe(true)
})

test('the token table is the one the model was made with', async () => {
  expect((await tokenTable()).split('\n').length).toBe(32_769)
})
