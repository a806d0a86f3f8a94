import { describe, expect, test } from 'vitest'
import { catalogue, fill } from './catalogue.ts'
import { clock, formats } from './format.ts'
import { firstLanguage } from './language.ts'
import en from './shell/en.ts'
import it from './shell/it.ts'

const places = (message: unknown) => [...JSON.stringify(message).matchAll(/\{(\w+)\}/g)].map(([, place]) => place)

describe('messages', () => {
  test('fill their places and follow the plural of the language', () => {
    const message = { one: '{count} change', other: '{count} changes' }
    expect(fill(message, 'en', { count: 1 })).toBe('1 change')
    expect(fill(message, 'en', { count: 1200 })).toBe('1,200 changes')
    expect(fill('Sign in to open “{title}”', 'en', { title: '$& {title}' })).toBe('Sign in to open “$& {title}”')
  })

  test('Italian fills the same places as English', () => {
    for (const [key, message] of Object.entries(en)) {
      expect(new Set(places(it[key as keyof typeof en])), key).toEqual(new Set(places(message)))
    }
  })

  test('a language that failed to load is asked for again', async () => {
    let tries = 0
    const messages = catalogue({
      en: async () => {
        tries += 1
        if (tries === 1) throw new Error('offline')
        return { default: { hello: 'Hello {name}' } as const }
      },
      it: async () => ({ default: { hello: 'Ciao {name}' } }),
    })
    await expect(messages.load('en')).rejects.toThrow('offline')
    expect((await messages.load('en'))('hello', { name: 'Ada' })).toBe('Hello Ada')
    expect((await messages.load('it'))('hello', { name: 'Ada' })).toBe('Ciao Ada')
  })
})

test('the first language is the chosen one, else the first that the browser wants and Mina speaks', () => {
  expect(firstLanguage('it', ['en-GB'])).toBe('it')
  expect(firstLanguage(null, ['fr-FR', 'it-CH', 'en'])).toBe('it')
  expect(firstLanguage('xx', ['fr'])).toBe('en')
})

test('clock shows hours only where there are any', () => {
  expect([0, 7_400, 2_538_000, 8_049_000, -5].map(clock)).toEqual(['0:00', '0:07', '42:18', '2:14:09', '0:00'])
})

test('days are named as people name them', () => {
  const now = new Date(2026, 10, 21, 9)
  const say = formats('en')
  expect(say.dayName(new Date(2026, 10, 21, 1), now)).toBe('Today')
  expect(say.dayName(new Date(2026, 10, 20, 23), now)).toBe('Yesterday')
  expect(say.dayName(new Date(2026, 10, 18), now)).toBe('Wednesday')
  expect(formats('it').dayName(new Date(2026, 10, 20), now)).toBe('Ieri')
  expect(say.date(new Date(2025, 1, 3), now)).toBe('3 February 2025')
  expect(say.ago(new Date(2026, 10, 21, 8, 56), now)).toBe('4 minutes ago')
  expect(say.spokenTime(724_000)).toBe('12 minutes 4 seconds')
  expect(say.size(4_400_000)).toBe('4.4 MB')
  expect([37.6, 1, 0.44].map(say.times)).toEqual(['38', '1', '0.4'])
})
