import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

const who = [
  'The harbour master',
  'Our new accountant',
  'The school board',
  'A young engineer',
  'The village council',
  'My neighbour',
  'The head of sales',
]
const did = ['explained', 'reported', 'decided', 'mentioned', 'noticed', 'wrote', 'believed', 'promised']
const what = [
  'that the bridge would open in April',
  'that the second quarter was stronger than the first',
  'that three more people are needed for the project',
  'that the old railway station should be rebuilt',
  'that winter came early to the valley',
  'that the contract ends in September',
  'that the garden needs more water in July',
  'that nobody had read the long letter',
]
const and = [
  'because the price of steel has fallen',
  'and the committee agreed at once',
  'although the weather was terrible',
  'before the meeting on Thursday',
  'while the children were playing outside',
  'so we changed the plan',
  'but the answer came too late',
]
/** Of flite by its name; of espeak-ng after `espeak:`. */
export type Voice = string
export const usual: readonly Voice[] = ['slt', 'rms', 'awb', 'espeak:en-us']
const pauses = [0.15, 0.3, 0.5, 0.8, 1.5]

export async function say(text: string, voice: Voice, path: string): Promise<void> {
  const [engine, name] = voice.split(':') as [string, string | undefined]
  if (engine === 'espeak') await execute('espeak-ng', ['-v', name ?? 'en-us', '-s', '165', '-w', path, text])
  else await execute('flite', ['-voice', engine, '-t', text, '-o', path])
}

/** The same sentences each time, in the same order. */
export function sentencePicker(seed: number) {
  const pick = picker(seed)
  return () => `${pick(who)} ${pick(did)} ${pick(what)} ${pick(and)}.`
}

function picker(seed: number) {
  let state = seed
  return <T>(list: readonly T[]): T => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return list[Math.floor((state / 2_147_483_648) * list.length)]!
  }
}

/** The same talk each time: several voices in turn, with pauses as people make them. Gives what was said. */
export async function synthesise(path: string, minutes: number, folder: string, voices = usual): Promise<string> {
  const [pick, sentence] = [picker(6), sentencePicker(5)]
  const parts = join(folder, 'parts')
  await mkdir(parts, { recursive: true })
  const said: string[] = []
  const list: string[] = []
  for (let bytes = 0; bytes < minutes * 60 * 32_000; ) {
    const text = sentence()
    const voice = voices[Math.floor(said.length / 3) % voices.length]!
    const part = join(parts, `${said.length}.wav`)
    const raw = `${part}.raw.wav`
    await say(text, voice, raw)
    await execute('ffmpeg', [
      '-v',
      'error',
      '-y',
      '-i',
      raw,
      '-ar',
      '16000',
      '-ac',
      '1',
      '-af',
      `apad=pad_dur=${pick(pauses)}`,
      part,
    ])
    await rm(raw)
    const { stdout } = await execute('stat', ['-c', '%s', part])
    bytes += Number(stdout)
    said.push(text)
    list.push(`file '${part}'`)
  }
  await writeFile(join(folder, 'list.txt'), list.join('\n'))
  await execute('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-f',
    'concat',
    '-safe',
    '0',
    '-i',
    join(folder, 'list.txt'),
    '-b:a',
    '64k',
    path,
  ])
  await rm(parts, { recursive: true })
  return said.join(' ')
}

const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9' ]/g, ' ')
    .split(/\s+/)
    .filter(Boolean)

/** Word errors as a share of the words said. */
export function wordErrors(said: string, heard: string): number {
  const { words, wrong, missing, extra } = wordEdits(said, heard)
  return (wrong + missing + extra) / words
}

/** What has to be done to make of the words said those that were heard. Two rows of the table are kept: hours hold tens of thousands of words. */
export function wordEdits(said: string, heard: string) {
  const [one, other] = [plain(said), plain(heard)]
  const row = () => ({
    cost: Int32Array.from({ length: other.length + 1 }, (_, index) => index),
    wrong: new Int32Array(other.length + 1),
    missing: new Int32Array(other.length + 1),
  })
  let [before, now] = [row(), row()]
  for (const [index, word] of one.entries()) {
    now.cost[0] = now.missing[0] = index + 1
    for (let at = 1; at <= other.length; at += 1) {
      const differs = word === other[at - 1] ? 0 : 1
      const [replaced, left, added] = [before.cost[at - 1]! + differs, before.cost[at]! + 1, now.cost[at - 1]! + 1]
      const least = Math.min(replaced, left, added)
      const way = least === replaced ? 'replaced' : least === left ? 'left' : 'added'
      const [from, place] = [way === 'added' ? now : before, way === 'left' ? at : at - 1]
      now.cost[at] = least
      now.wrong[at] = from.wrong[place]! + (way === 'replaced' ? differs : 0)
      now.missing[at] = from.missing[place]! + (way === 'left' ? 1 : 0)
    }
    ;[before, now] = [now, before]
  }
  const [cost, wrong, missing] = [before.cost, before.wrong, before.missing].map((it) => it[other.length]!)
  return { words: one.length, wrong: wrong!, missing: missing!, extra: cost! - wrong! - missing! }
}
