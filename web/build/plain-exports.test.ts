import * as contract from '@mina/contract'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { plainExports } from './plain-exports.ts'

test('an endpoint keeps what a caller needs and loses its schemas', () => {
  const Body = z.object({ text: z.string() })
  const said = plainExports({
    Body,
    say: {
      family: 'app',
      method: 'POST',
      path: '/api/say',
      summary: 'Say it',
      permission: 'public',
      body: Body,
      answer: z.object({}),
    },
    listen: { family: 'app', method: 'GET', path: '/api/listen', permission: 'public', answer: 'events' },
    heard: { name: 'heard', from: 'server', message: Body },
    codes: { gone: 410 },
    helper: () => 1,
  })
  expect(said.split('\n').filter(Boolean)).toEqual([
    'export const say = {"family":"app","method":"POST","path":"/api/say","permission":"public"}',
    'export const listen = {"family":"app","method":"GET","path":"/api/listen","permission":"public","answer":"events"}',
    'export const heard = {"name":"heard","from":"server"}',
    'export const codes = {"gone":410}',
  ])
})

test('the real contract becomes a module without the schema library', () => {
  const source = plainExports(contract)
  expect(source).toContain('export const errorStatus = {"bad_request":400')
  expect(source).not.toMatch(/import|zod|function/)
})
