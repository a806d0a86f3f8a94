import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createLog } from './log.ts'

const collected = () => {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  return { lines, destination }
}

test('machines get one JSON object a line', () => {
  const { lines, destination } = collected()
  createLog('info', destination).child({ part: 'mail' }).warn({ code: 'address' }, 'mail not sent')
  expect(JSON.parse(lines[0]!)).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    part: 'mail',
    code: 'address',
    msg: 'mail not sent',
  })
})

test('a person at a terminal gets a short line, on which nothing can act', () => {
  const { lines, destination } = collected()
  const log = createLog('info', destination, { readable: true })
  log.info({ applied: 3, id: 'a-1', none: null }, 'database migrated')
  log.error({ file: 'two words\u001b[2J\n' }, 'lost')
  log.debug({}, 'not shown')
  expect(lines).toEqual([
    expect.stringMatching(/^\d\d:\d\d:\d\d database migrated {2}applied=3 {2}id=a-1 {2}none=null\n$/),
    expect.stringMatching(/^\d\d:\d\d:\d\d error: lost {2}file="two words\\u001b\[2J\\n"\n$/),
  ])
})
