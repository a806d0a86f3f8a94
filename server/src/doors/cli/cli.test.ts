import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { Command, CommanderError } from 'commander'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ffmpeg, soundFolder } from '../../../test/sounds.ts'
import { silentLog } from '../../platform/log.ts'
import { createLocalRecogniser } from '../../speech/engines/local/index.ts'
import { SpeechError } from '../../speech/errors.ts'
import { fakeRecogniser } from '../../speech/fake.ts'
import { benchCommand } from './bench.ts'
import { modelsCommand } from './models.ts'
import { transcribeCommand } from './transcribe.ts'

let folder: Awaited<ReturnType<typeof soundFolder>>
const at = (name: string) => join(folder.path, name)

const sink = () => {
  const parts: Buffer[] = []
  const stream = new Writable({
    write(chunk, _, done) {
      parts.push(Buffer.from(chunk))
      done()
    },
  })
  return { stream, text: () => Buffer.concat(parts).toString() }
}

/** Runs a command line as the root command would, and gives what came out and the code. */
async function run(
  line: string[],
  options: { stdin?: Readable; fake?: ReturnType<typeof fakeRecogniser>; tty?: boolean } = {},
) {
  const stdout = sink()
  const stderr = sink()
  let code = 0
  const fake =
    options.fake ??
    fakeRecogniser({
      transcripts: (recording) => ({
        utterances: [{ start_ms: 0, end_ms: recording.duration_ms, text: 'hello', confidence: null }],
      }),
    })
  const program = new Command('mina').exitOverride().configureOutput({
    writeErr: (text) => void stderr.stream.write(text),
    writeOut: (text) => void stdout.stream.write(text),
  })
  const terminal = {
    stdin: options.stdin ?? new PassThrough(),
    stdout: stdout.stream,
    stderr: Object.assign(stderr.stream, { isTTY: options.tty ?? false }),
    exit: (it: 0 | 1 | 2) => {
      code = it
    },
  }
  transcribeCommand(program, {
    ...terminal,
    recogniser: (name) => {
      if (name && name !== 'fake') throw new SpeechError(name, 'bad_request', `There is no engine ${name}.`)
      return fake
    },
    render: (format, transcript) => `${format}:${transcript.utterances.map((it) => it.text).join(' ')}`,
  })
  modelsCommand(program, { ...terminal, modelsDir: at('models') })
  benchCommand(program, {
    ...terminal,
    local: () => createLocalRecogniser({ modelsDir: at('models'), cacheDir: at('cache'), log: silentLog, workers: 1 }),
  })
  try {
    await program.parseAsync(line, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    code = error.exitCode
  }
  return { code, stdout: stdout.text(), stderr: stderr.text(), fake }
}

beforeAll(async () => {
  folder = await soundFolder()
  await ffmpeg('-f', 'lavfi', '-i', 'sine=d=2', at('talk.wav'))
})
afterAll(() => folder.remove())

describe('transcribe', () => {
  let box: string
  beforeEach(async () => {
    box = at(`box-${Math.random().toString(36).slice(2)}`)
    await mkdir(join(box, 'deep'), { recursive: true })
    await copyFile(at('talk.wav'), join(box, 'one.wav'))
    await copyFile(at('talk.wav'), join(box, 'deep', 'two.wav'))
    await writeFile(join(box, 'notes.md'), '# no recording')
  })

  test('one file goes to standard output, and nothing else does', async () => {
    const it = await run(['transcribe', at('talk.wav'), '-f', 'srt', '--language', 'en'])
    expect(it).toMatchObject({ code: 0, stdout: 'srt:hello\n' })
    expect(it.stderr).toMatch(/talk\.wav: 0:02 of audio in .* times real time/)
    expect(it.fake.calls[0]).toMatchObject({
      options: { language: 'en', words: true },
      recording: { duration_ms: 2000 },
    })
  })

  test('standard input is read whole', async () => {
    const stdin = Readable.from([await readFile(at('talk.wav'))])
    expect(await run(['transcribe', '-'], { stdin })).toMatchObject({ code: 0, stdout: 'txt:hello\n' })
  })

  test('a folder is walked through; each text lies beside its recording and other files are passed over', async () => {
    const it = await run(['transcribe', box, '-f', 'vtt'])
    expect(it).toMatchObject({ code: 0, stdout: '' })
    expect((await readdir(box)).toSorted()).toEqual(['deep', 'notes.md', 'one.vtt', 'one.wav'])
    expect(await readFile(join(box, 'deep', 'two.vtt'), 'utf8')).toBe('vtt:hello\n')
  })

  test('with -o all texts go there, two of one name included', async () => {
    await ffmpeg('-i', at('talk.wav'), join(box, 'one.mp3'))
    const out = join(box, 'texts')
    expect(await run(['transcribe', join(box, 'one.mp3'), join(box, 'one.wav'), '-o', out])).toMatchObject({
      code: 0,
      stdout: '',
    })
    expect((await readdir(out)).toSorted()).toEqual(['one.txt', 'one.wav.txt'])
  })

  test('what fails is named with its reason, the others are done, and the code is 1', async () => {
    const it = await run(['transcribe', join(box, 'notes.md'), join(box, 'gone.mp3'), join(box, 'one.wav')])
    expect(it).toMatchObject({ code: 1, stdout: '' })
    expect(it.stderr).toContain('notes.md: This is not a recording Mina can read.')
    expect(it.stderr).toContain('gone.mp3: There is no such file.')
    expect(await readFile(join(box, 'one.txt'), 'utf8')).toBe('txt:hello\n')
  })

  test('an engine\u2019s reason is told, a bug\u2019s is not', async () => {
    const refusing = fakeRecogniser({ transcripts: [new SpeechError('fake', 'unsupported_language', 'English only.')] })
    expect(await run(['transcribe', at('talk.wav')], { fake: refusing })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'talk.wav: English only.\n',
    })
    const broken = fakeRecogniser({ transcripts: [new TypeError('secret inside')] })
    expect((await run(['transcribe', at('talk.wav')], { fake: broken })).stderr).not.toContain('secret')
    const keyless = fakeRecogniser({ unavailable: 'Set FAKE_KEY.' })
    expect(await run(['transcribe', at('talk.wav')], { fake: keyless })).toMatchObject({
      code: 1,
      stderr: 'mina: Set FAKE_KEY.\n',
    })
  })

  test.each([
    ['an unknown format', ['-f', 'doc', 'a.wav']],
    ['standard input twice', ['-', '-']],
    ['an unknown engine', ['--provider', 'nobody', 'a.wav']],
  ])('%s is wrong usage', async (_, args) => {
    expect(await run(['transcribe', ...args])).toMatchObject({ code: 2, stdout: '' })
  })

  test('who watches sees how far it is', async () => {
    const it = await run(['transcribe', at('talk.wav')], { tty: true })
    expect(it.stderr).toContain('100 %')
    expect(it.stdout).toBe('txt:hello\n')
  })
})

describe('models', () => {
  test('the list says what is here, what can be fetched, how large and for which languages', async () => {
    const folder = at('models/sherpa-onnx-whisper-tiny')
    await mkdir(folder, { recursive: true })
    for (const file of ['encoder.int8.onnx', 'decoder.int8.onnx', 'tokens.txt'])
      await writeFile(join(folder, `tiny-${file}`), 'x'.repeat(1000))
    const { stdout, code } = await run(['models', 'list'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}built in {2}moonshine-tiny-en +English +comes with Mina +MIT$/m)
    expect(stdout).toMatch(/^ {2}here {6}whisper-tiny +any language +3 kB on disk +MIT$/m)
    expect(stdout).toMatch(/^ {12}parakeet-tdt-0.6b-v3 +25 languages +487 MB to fetch +CC-BY-4.0$/m)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(stdout).toContain(`They lie in ${at('models')}.`)
    await rm(folder, { recursive: true })
  })

  test('a name that does not exist is wrong usage, a model laid out by hand is left alone', async () => {
    expect(await run(['models', 'pull', 'nothing'])).toMatchObject({ code: 2 })
    const own = at('models/titanet-small')
    await mkdir(own, { recursive: true })
    await writeFile(join(own, 'nemo_en_titanet_small.onnx'), 'x')
    const it = await run(['models', 'remove', 'titanet-small'])
    expect(it.stderr).toContain('left')
    expect(
      createHash('md5')
        .update(await readFile(join(own, 'nemo_en_titanet_small.onnx')))
        .digest('hex'),
    ).toBe('9dd4e461268c8034f5c8564e155c67a6')
  })
})

test('bench measures the models that are here', async () => {
  const { stdout, code } = await run(['bench', '--rounds', '1'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ {2}moonshine-tiny-en +\d+ times real time +\d+:\d\d +\d+\.\d s$/m)
  expect(Number(stdout.match(/at once: (\d+)/)?.[1])).toBeGreaterThan(0)
})
