import type { Endpoint } from '@mina/contract'
import fc from 'fast-check'
import { z } from 'zod'
import { bar } from '../bar.ts'

const nasty = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    'a\0b',
    '../../etc/passwd',
    '<img src=x onerror=alert(1)>',
    "'; drop table users; --",
    '%',
    '%00',
    '=cmd()',
    '\r\nset-cookie: a=b',
    '\u202e',
    '\ud800',
    '👩‍👩‍👧‍👦'.repeat(40),
    'a'.repeat(20_000),
    '2026-02-30',
    '00000000-0000-0000-0000-000000000000',
    '1e309',
    'NaN',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom<unknown>(null, true, false, [], {}, -1, 0, 1e308, 2 ** 53, 2 ** 31, -0, 0.1, [[]], { a: { b: 1 } }),
  fc.integer(),
  fc.double(),
)
const foreignMembers = fc.constantFrom('__proto__', 'constructor', 'toString', 'user_id', 'role', 'plan', 'id', 'ids')
const deep = `${'{"a":'.repeat(1_000)}1${'}'.repeat(1_000)}`
const wide = `[${'0,'.repeat(20_000)}0]`

const namesOf = (schema: z.ZodType | undefined): string[] => {
  if (!schema) return []
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as {
    properties?: Record<string, unknown>
  }
  return Object.keys(properties)
}

/** A body that would be served, with something in it put wrong; or something that is no body at all. */
const bodies = (endpoint: Endpoint, good: Record<string, unknown> | undefined) => {
  const names = [...new Set([...namesOf(endpoint.body), ...Object.keys(good ?? {})])]
  const member = names.length > 0 ? fc.oneof(fc.constantFrom(...names), foreignMembers) : foreignMembers
  const value = fc.oneof(nasty, fc.array(nasty, { maxLength: 3 }), fc.dictionary(member, nasty, { maxKeys: 3 }))
  const wrong = fc.dictionary(member, value, { minKeys: 1, maxKeys: 3 })
  return fc.oneof(
    { weight: 6, arbitrary: wrong.map((it) => JSON.stringify({ ...good, ...it })) },
    { weight: 2, arbitrary: wrong.map((it) => JSON.stringify(it)) },
    { weight: 1, arbitrary: value.map((it) => JSON.stringify(it) ?? '') },
    { weight: 1, arbitrary: fc.constantFrom('', '{', 'null', '[]', deep, wide, '{"__proto__":{"role":"admin"}}') },
  )
}

const contentTypes = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json\t',
  'application/json ;',
  ' application/json',
  'Application/JSON;charset=x',
  'application/json, text/plain',
  'application/jsonx',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'multipart/form-data',
  'application/octet-stream',
  'garbage',
  '',
]
const pathParts = fc.oneof(
  fc.uuid(),
  fc.constantFrom('0', '-1', '..%2f..%2fetc', '%00', '%', '%ff', 'null', 'a'.repeat(1_000), '%E2%80%AE', '%0d%0a', '.'),
  fc.string({ maxLength: 12 }).map((it) => encodeURIComponent(it.replace(/[\ud800-\udfff]/g, ''))),
)

export interface Case {
  path: string
  headers: Record<string, string>
  body: string
}

interface Target {
  endpoint: Endpoint
  /** The address that the owner would use; left out where the call would take away what the next case needs. */
  address: string | undefined
  good: Record<string, unknown> | undefined
}

/** Seeded: the same cases at every run, so that a failure can be repeated. */
export function casesFor({ endpoint, address, good }: Target): Case[] {
  // What takes nothing can be given little that is wrong.
  const takes = endpoint.body || endpoint.query || endpoint.params || (endpoint.consumes ?? 'json') !== 'json'
  const count = takes ? bar.fuzzCases : Math.ceil(bar.fuzzCases / 20)
  const known = namesOf(endpoint.query)
  const name = known.length > 0 ? fc.oneof(fc.constantFrom(...known), foreignMembers) : foreignMembers
  const query = fc.dictionary(name, fc.oneof(nasty, fc.integer()).map(String), { maxKeys: 3 })
  const odd = fc.dictionary(
    fc.constantFrom('range', 'if-none-match', 'last-event-id', 'accept', 'accept-language', 'expect'),
    fc.oneof(fc.constantFrom('bytes=0-', 'bytes=9-1,5-', '*', '-1', 'a'.repeat(3_000)), fc.string({ maxLength: 20 })),
    { maxKeys: 2 },
  )
  const made = fc.record({
    real: fc.boolean(),
    parts: fc.array(pathParts, { minLength: 3, maxLength: 3 }),
    query,
    odd,
    type: fc.constantFrom(...contentTypes),
    json: fc.boolean(),
    body: bodies(endpoint, good),
  })
  return fc
    .sample(made, { numRuns: count, seed: bar.seed })
    .map(({ real, parts, query: asked, odd: headers, ...it }) => {
      let used = 0
      const path = real && address ? address : endpoint.path.replace(/:\w+/g, () => parts[used++ % 3] || 'x')
      const search = new URLSearchParams(
        Object.entries(asked).map(([key, value]): [string, string] => [key, value.toWellFormed()]),
      )
      const printable = Object.entries(headers).filter(
        ([key, value]) => key !== 'expect' && /^[\x20-\x7e]*$/.test(value),
      )
      const bare = endpoint.method === 'GET'
      return {
        path: search.size > 0 ? `${path}?${search}` : path,
        headers: {
          ...Object.fromEntries(printable),
          ...(!bare && { 'content-type': it.json ? 'application/json' : it.type }),
        },
        body: bare ? '' : it.body,
      }
    })
}
