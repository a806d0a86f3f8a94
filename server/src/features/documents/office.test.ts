import { Writable } from 'node:stream'
import { afterEach, describe, expect, test } from 'vitest'
import { createLog, silentLog } from '../../platform/log.ts'
import { textDocument } from './document.ts'
import { createOffice, type Office } from './office.ts'
import type { Work } from './office-process.ts'

const offices: Office[] = []
const office = (options: Partial<Parameters<typeof createOffice>[0]> = {}) => {
  const it = createOffice({ log: silentLog, ...options })
  offices.push(it)
  return it
}
afterEach(async () => {
  await Promise.all(offices.splice(0).map((it) => it.close()))
})

const letter: Work = { format: 'docx', document: textDocument('hello', 'A letter') }
// What no caller sends: it fails inside the process.
const broken = { format: 'docx', document: { title: 'canary-of-speech', facts: null, blocks: 7 } } as unknown as Work

describe('the office', () => {
  test('tells of a failure without quoting the text, and goes on', async () => {
    const lines: string[] = []
    const log = createLog(
      'info',
      new Writable({
        write: (chunk, _, done) => {
          lines.push(String(chunk))
          done()
        },
      }),
    )
    const it = office({ log })
    await expect(it.make(broken)).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('docx') })
    expect(lines.join('')).toContain('TypeError')
    expect(lines.join('')).not.toContain('canary')
    expect((await it.make(letter)).byteLength).toBeGreaterThan(1000)
  })

  test('serves several in turn', async () => {
    const it = office()
    const made = await Promise.all([1, 2, 3].map(() => it.make(letter)))
    for (const bytes of made) expect(Buffer.from(bytes.subarray(0, 2)).toString()).toBe('PK')
  })

  // Megabytes of text keep Typst busy for seconds.
  const text = `${'a tide of words '.repeat(40)}\n`.repeat(8000)
  const heavy: Work = { format: 'pdf', document: textDocument(text, 'heavy') }

  test.each([
    ['takes too long', { deadlineMs: 1500 }, 'timeout'],
    ['takes too much memory', { mostBytes: 250_000_000 }, 'too_long'],
  ])('gives up what %s, and makes the next', async (_, options, code) => {
    const it = office(options)
    const given = expect(it.make(heavy)).rejects.toMatchObject({ code })
    const behind = it.make(letter)
    await given
    await expect(behind).resolves.toBeDefined()
  })

  test('asks to come back when too many wait', async () => {
    const it = office({ mostWaiting: 1 })
    const taken = [it.make(letter), it.make(letter)]
    await expect(it.make(letter)).rejects.toMatchObject({ code: 'unavailable', retryAfter: 5 })
    await Promise.all(taken)
    await expect(it.make(letter)).resolves.toBeDefined()
  })

  test('starts anew after it gave back its memory', async () => {
    const it = office({ mostIdleBytes: 0 })
    await it.make(letter)
    await expect(it.make(letter)).resolves.toBeDefined()
  })

  test('refuses what waits when the server stops', async () => {
    const it = office()
    const taken = [it.make(letter), it.make(letter)]
    const refused = Promise.all(taken.map((made) => expect(made).rejects.toMatchObject({ code: 'unavailable' })))
    await it.close()
    await refused
    await expect(it.make(letter)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
