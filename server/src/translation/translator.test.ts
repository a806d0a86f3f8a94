import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wildText } from '../../test/doubles/translation/wild-text.ts'
import { TranslationError } from './errors.ts'
import { fakeTranslator } from './fake.ts'

const to = { source: 'en', target: 'it' }
const small = { limits: { items: 3, answerTokens: 12 } }

describe('texts of any length', () => {
  test('the identity translator returns every text byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wildText, { maxLength: 6 }), async (texts) => {
        const { texts: answers } = await fakeTranslator(undefined, small).translate(texts, to)
        expect(answers).toEqual(texts)
      }),
    )
  })

  test('is still byte for byte when the engine trims, cuts and mixes up', async () => {
    const unreliable = (texts: readonly string[]) => {
      if (texts.length > 1 || texts[0]!.length > 9)
        throw new TranslationError('fake', 'provider_failed', 'cut', { smaller: true })
      return texts.map((text) => `\n ${text.trim()}  `)
    }
    await fc.assert(
      fc.asyncProperty(fc.array(wildText, { maxLength: 4 }), async (texts) => {
        const translator = fakeTranslator(unreliable, { limits: { items: 3, answerTokens: 20 } })
        expect((await translator.translate(texts, to)).texts).toEqual(texts)
      }),
      { numRuns: 60 },
    )
  })

  test('pieces fit the expected answer, in any script', async () => {
    const long = 'The tide comes in twice a day. '.repeat(2_000)
    const translator = fakeTranslator()
    const latin = await translator.translate([long], to)
    expect(latin.texts).toEqual([long])
    expect(latin.chunks).toBeGreaterThan(5)
    const intoHindi = await fakeTranslator().translate([long], { source: 'en', target: 'hi' })
    expect(intoHindi.chunks).toBeGreaterThan(latin.chunks * 2)
    for (const { texts } of translator.requests) expect(texts[0]!).toMatch(/day\.$/)
  })

  test('order is kept whatever comes back first', async () => {
    const waiting: (() => void)[] = []
    const backwards = (texts: readonly string[]) =>
      new Promise<string[]>((resolve) => {
        waiting.push(() => resolve(texts.map((text) => text.toUpperCase())))
        if (waiting.length === 4) for (const answer of waiting.splice(0).reverse()) answer()
      })
    const translator = fakeTranslator(backwards, { limits: { items: 1, answerTokens: 3_000 } })
    const texts = Array.from({ length: 8 }, (_, index) => `text ${String.fromCharCode(97 + index)}`)
    expect((await translator.translate(texts, to)).texts).toEqual(texts.map((text) => text.toUpperCase()))
  })

  test('no more requests at once than allowed', async () => {
    let under = 0
    let most = 0
    const counting = async (texts: readonly string[]) => {
      under += 1
      most = Math.max(most, under)
      await new Promise((resolve) => setImmediate(resolve))
      under -= 1
      return [...texts]
    }
    const translator = fakeTranslator(counting, { limits: { items: 1 } }, { concurrency: 2 })
    await translator.translate(
      Array.from({ length: 20 }, () => 'text'),
      to,
    )
    expect(most).toBe(2)
  })

  test('nothing is asked where there is nothing to translate', async () => {
    const translator = fakeTranslator()
    const texts = ['', '  \n', '42', '... 10:30 —', '♪♪']
    expect((await translator.translate(texts, to)).texts).toEqual(texts)
    expect(translator.requests).toEqual([])
  })
})

describe('answers that are not whole', () => {
  test('a model that swallows paragraphs is asked for them one by one', async () => {
    const swallowing = (texts: readonly string[]) => texts.map((text) => text.toUpperCase().replace(/\s+/g, ' '))
    const translator = fakeTranslator(swallowing)
    const { texts } = await translator.translate(['one.\n\ntwo.\r\n\r\n\r\nthree.'], to)
    expect(texts).toEqual(['ONE.\n\nTWO.\r\n\r\n\r\nTHREE.'])
  })

  test('too few answers for a batch: smaller batches, then singles', async () => {
    const losing = (texts: readonly string[]) => (texts.length > 1 ? texts.slice(1) : [...texts])
    const translator = fakeTranslator(losing)
    const texts = ['a one', 'a two', 'a three', 'a four', 'a five']
    expect((await translator.translate(texts, to)).texts).toEqual(texts)
  })

  test('an engine that keeps cutting ends in an error, never in half a text', async () => {
    const cutting = () => {
      throw new TranslationError('fake', 'provider_failed', 'cut', { smaller: true })
    }
    const translator = fakeTranslator(cutting)
    await expect(translator.translate(['A long story. '.repeat(100)], to)).rejects.toMatchObject({
      code: 'provider_failed',
    })
    expect(translator.requests.length).toBeLessThan(10)
  })

  test('an empty answer is asked for again, then is a failure', async () => {
    const translator = fakeTranslator(() => [' '])
    const text = 'A whole sentence that has to be there.'
    await expect(translator.translate([text], to)).rejects.toMatchObject({ code: 'provider_failed' })
    expect(translator.requests).toHaveLength(4)
  })

  test('a filler for which the model has no words stays as it was said', async () => {
    const wordless = (texts: readonly string[]) => texts.map((text) => (text === 'Uhm.' ? '' : text.toUpperCase()))
    const translator = fakeTranslator(wordless)
    expect((await translator.translate(['So', 'Uhm.', 'well'], to)).texts).toEqual(['SO', 'Uhm.', 'WELL'])
  })
})

describe('failures', () => {
  test('are retried where that can help', async () => {
    let calls = 0
    const shaky = (texts: readonly string[]) => {
      calls += 1
      if (calls === 1) throw new TranslationError('fake', 'provider_failed', 'busy', { retryable: true })
      return [...texts]
    }
    expect((await fakeTranslator(shaky).translate(['text'], to)).texts).toEqual(['text'])
    expect(calls).toBe(2)
  })

  test('are not retried where it can not, and stop the other pieces', async () => {
    const refusing = () => {
      throw new TranslationError('fake', 'provider_failed', 'refused')
    }
    const translator = fakeTranslator(refusing, { limits: { items: 1 } }, { concurrency: 1 })
    await expect(translator.translate(['a', 'b', 'c'], to)).rejects.toMatchObject({ message: 'refused' })
    expect(translator.requests).toHaveLength(1)
  })

  test('tell what was spent until then', async () => {
    let calls = 0
    const half = (texts: readonly string[]) => {
      calls += 1
      if (calls === 2) throw new TranslationError('fake', 'provider_failed', 'refused')
      return [...texts]
    }
    const translator = fakeTranslator(half, { limits: { items: 1 } }, { concurrency: 1 })
    const spent: number[] = []
    const onUsage = ({ characters }: { characters: number }) => spent.push(characters)
    await expect(translator.translate(['four', 'more'], { ...to, onUsage })).rejects.toThrow('refused')
    expect(spent).toEqual([4])
  })

  test('an abort stops the work and asks for nothing more', async () => {
    const abort = new AbortController()
    const stopping = (texts: readonly string[]) => {
      abort.abort()
      return [...texts]
    }
    const translator = fakeTranslator(stopping, { limits: { items: 1 } }, { concurrency: 1 })
    const running = translator.translate(['a', 'b', 'c'], { ...to, signal: abort.signal })
    await expect(running).rejects.toMatchObject({ name: 'AbortError' })
    expect(translator.requests).toHaveLength(1)
  })
})

describe('languages', () => {
  test('are normalised before the engine sees them', async () => {
    const translator = fakeTranslator()
    await translator.translate(['text'], { source: 'English', target: 'pt_br' })
    expect(translator.requests[0]!.job).toMatchObject({ source: 'en', target: 'pt-BR' })
  })

  test('what is no language is refused before anything is spent', async () => {
    const translator = fakeTranslator()
    const refusal = { code: 'bad_request', message: expect.stringContaining('"zzzz"') }
    await expect(translator.translate(['text'], { source: 'auto', target: 'zzzz' })).rejects.toMatchObject(refusal)
    expect(translator.requests).toEqual([])
  })

  test('what the engine does not know is unsupported, naming what it knows', async () => {
    const translator = fakeTranslator(undefined, { languages: ['en', 'it'] })
    await expect(translator.translate(['text'], { source: 'en', target: 'sw' })).rejects.toMatchObject({
      code: 'unsupported_language',
      message: expect.stringMatching(/Swahili.*en, it/),
    })
  })

  test('the source is told where it was auto', async () => {
    expect((await fakeTranslator().translate(['text'], { source: 'auto', target: 'it' })).detectedSource).toBe('en')
    expect((await fakeTranslator().translate(['text'], to)).detectedSource).toBeNull()
  })
})

test('progress rises to the whole', async () => {
  const seen: number[] = []
  const translator = fakeTranslator(undefined, { limits: { items: 1 } })
  await translator.translate(['one', 'two', 'three'], { ...to, onProgress: (done) => seen.push(done) })
  expect(seen).toHaveLength(3)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(seen.at(-1)).toBe(1)
})

test('what came before is given for its sense', async () => {
  const translator = fakeTranslator(undefined, { limits: { items: 1, answerTokens: 12 } })
  await translator.translate(['The bank was steep. We slid down to it.'], { ...to, context: 'At the river.' })
  expect(translator.requests[0]!.job.context).toBe('At the river.')
  expect(translator.requests.at(-1)!.job.context).toContain('The bank was steep.')
})

test('consecutive texts are context to each other, others are not', async () => {
  const translator = fakeTranslator(undefined, { limits: { items: 1 } })
  await translator.translate(['At the river.', 'The bank was steep.'], { ...to, consecutive: true })
  await translator.translate(['At the river.', 'The bank was steep.'], to)
  expect(translator.requests.map(({ job }) => job.context)).toEqual([undefined, 'At the river.', undefined, undefined])
})
