import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RetrySettings } from '../../../src/translation/asking.ts'
import type { Translator } from '../../../src/translation/port.ts'
import type { Double } from './server.ts'

export interface Subject {
  double: Double
  /** Everything its kind of provider can do wrong is done to this translator; it times out after 250 ms. */
  translator: Translator
  /** The same, with a key that the provider refuses. */
  stranger: Translator
  /** Requests that only prepare: tokens, lists of languages. */
  isWork: (path: string) => boolean
}

export interface Given {
  retries: RetrySettings
  /** The provider's model is a loud one: it translates into capitals. */
  translate: (text: string) => string
}

/** What every translator promises, whoever does the work: run for each against its double. */
export function conformance(name: string, start: (given: Given) => Promise<Subject>) {
  describe(`${name} keeps the promises of the port`, () => {
    let subject: Subject
    let waits: number[]
    beforeEach(async () => {
      waits = []
      const wait = async (ms: number) => void waits.push(ms)
      subject = await start({ retries: { wait, base_ms: 10 }, translate: (text) => text.toUpperCase() })
    })
    afterEach(() => subject.double.close())

    const to = { source: 'en', target: 'it' }
    const work = () => subject.double.requests.filter(({ path }) => subject.isWork(path)).length
    /** Preparations would eat the faults meant for the work. */
    const ready = async () => {
      await subject.translator.translate(['ready'], to)
      return work()
    }

    test('translates texts, in order, with white space and paragraphs as they were', async () => {
      const texts = [
        '  Hello there.\n\nHow are you?\r\n',
        'Fine & "well" <b>indeed</b>, it\'s good.',
        '',
        '42',
        '\tso\n',
      ]
      const { texts: answers, usage, detectedSource } = await subject.translator.translate(texts, to)
      expect(answers).toEqual(texts.map((text) => text.toUpperCase()))
      expect(usage.characters).toBeGreaterThan(50)
      expect(detectedSource).toBeNull()
    })

    test('translates what is far longer than a request', async () => {
      const text = Array.from(
        { length: 900 },
        (_, index) => `This is sentence number ${index}, and so it goes on.${index % 9 ? ' ' : '\n\n'}`,
      ).join('')
      const { texts, chunks } = await subject.translator.translate([text], to)
      expect(texts).toEqual([text.toUpperCase()])
      expect(chunks).toBeGreaterThan(1)
    })

    test('translates many short texts in few requests', async () => {
      const texts = Array.from({ length: 100 }, (_, index) => `Passage ${index}`)
      expect((await subject.translator.translate(texts, to)).texts).toEqual(texts.map((text) => text.toUpperCase()))
      expect(work()).toBeLessThan(20)
    })

    test('tells the source language where it was auto', async () => {
      const english = 'The weather is fine today and we are going to the sea with our friends.'
      expect((await subject.translator.translate([english], { source: 'auto', target: 'it' })).detectedSource).toBe(
        'en',
      )
    })

    test('waits as long as a 429 asks, then goes on', async () => {
      await ready()
      subject.double.faults.push({ kind: 'paced', retryAfter: 7 })
      expect((await subject.translator.translate(['text'], to)).texts).toEqual(['TEXT'])
      expect(waits).toEqual([7000])
    })

    test('tries again after 500 and 503', async () => {
      await ready()
      subject.double.faults.push({ kind: 'status', status: 500 }, { kind: 'status', status: 503 })
      expect((await subject.translator.translate(['text'], to)).texts).toEqual(['TEXT'])
    })

    test('tries again after a broken answer and one that can not be read', async () => {
      await ready()
      subject.double.faults.push({ kind: 'broken' }, { kind: 'garbage' })
      expect((await subject.translator.translate(['text'], to)).texts).toEqual(['TEXT'])
    })

    test('names itself when a failure stays', async () => {
      await ready()
      subject.double.faults.push(...Array.from({ length: 4 }, () => ({ kind: 'status', status: 500 }) as const))
      await expect(subject.translator.translate(['text'], to)).rejects.toMatchObject({
        code: 'provider_failed',
        engine: subject.translator.name,
      })
    })

    test('gives up waiting for what never comes', async () => {
      await ready()
      subject.double.faults.push(...Array.from({ length: 4 }, () => ({ kind: 'hang' }) as const))
      await expect(subject.translator.translate(['text'], to)).rejects.toMatchObject({ code: 'timeout' })
    })

    test('does not try again with a key that was refused, nor shows what the provider said', async () => {
      const failure = await subject.stranger.translate(['text'], to).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(failure).toMatchObject({ name: 'TranslationError', code: 'provider_failed', retryable: false })
      expect(String(failure)).toMatch(/refused the key; check [A-Z_]+/)
      expect(String(failure)).not.toMatch(/sk-|Incorrect|Invalid/)
      expect(waits).toEqual([])
    })

    test('an abort ends a request that hangs', async () => {
      const done = await ready()
      subject.double.faults.push({ kind: 'hang' })
      const abort = new AbortController()
      const running = subject.translator.translate(['text'], { ...to, signal: abort.signal })
      const failed = expect(running).rejects.toMatchObject({ name: 'AbortError' })
      await subject.double.received(subject.double.requests.length + 1)
      abort.abort()
      await failed
      expect(work()).toBe(done + 1)
    })

    test('says terms as the glossary has them', async () => {
      const glossary = { 'action item': 'compito', Mina: 'Mina' }
      const { texts, glossaryMissed } = await subject.translator.translate(['Each action item is kept by Mina.'], {
        ...to,
        glossary,
      })
      if (subject.translator.capabilities.glossary === 'placeholders') {
        expect(texts).toEqual(['EACH compito IS KEPT BY Mina.'])
        expect(glossaryMissed).toEqual([])
      } else {
        expect(subject.double.requests.at(-1)!.body).toContain('compito')
        expect(glossaryMissed).toEqual(['action item'])
      }
    })
  })
}
