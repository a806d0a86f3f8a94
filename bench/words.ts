import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from '../server/src/audio/decode.ts'
import { probe } from '../server/src/audio/probe.ts'
import { wavBytes } from '../server/src/audio/wav.ts'
import { createLog } from '../server/src/platform/log.ts'
import { createLocalRecogniser } from '../server/src/speech/engines/local/index.ts'
import { foreignTalks } from './speech/foreign.ts'
import { generators, mixed, scaled } from './speech/sounds.ts'
import { say, synthesise, wordErrors } from './speech/talk.ts'

/**
 * What the built-in engine hears: word errors by voice, level and noise; words in what is no speech, which should be none; and which languages
 * it notices as foreign. `node bench/words.ts [seconds of talk for each line: 60] [minutes of each noise: 10]`.
 */
const [seconds, minutes] = [Number(process.argv[2] ?? 60), Number(process.argv[3] ?? 10)]

const folder = await mkdtemp(join(tmpdir(), 'mina-words-'))
const at = (name: string) => join(folder, name)
const local = createLocalRecogniser({ modelsDir: folder, cacheDir: folder, log: createLog('error') })

async function hear(path: string) {
  const { duration_ms, channels, size, ending } = await probe(path)
  const transcript = await local.transcribe({ path, duration_ms, channels, size, name: `talk.${ending}` }, {})
  return { ...transcript, text: transcript.utterances.map((it) => it.text).join(' ') }
}

async function hearSamples(pcm: Int16Array) {
  await writeFile(at('sound.wav'), wavBytes(pcm))
  return hear(at('sound.wav'))
}

async function samplesIn(path: string): Promise<Int16Array> {
  const blocks: Int16Array[] = []
  for await (const block of decode(path)) blocks.push(block)
  const all = new Int16Array(blocks.reduce((sum, it) => sum + it.length, 0))
  let filled = 0
  for (const block of blocks) {
    all.set(block, filled)
    filled += block.length
  }
  return all
}

const notices = ({ warnings }: { warnings: { code: string }[] }) =>
  warnings.some(({ code }) => code === 'language_mismatch')
const line = (name: string, value: string) => console.log(`| ${name.padEnd(34)} | ${value.padStart(22)} |`)
const heading = (title: string, value: string) => {
  console.log('')
  line(title, value)
  console.log(`| ${'-'.repeat(34)} | ${'-'.repeat(21)}: |`)
}
const percent = (share: number) => `${(share * 100).toFixed(1)} %`

try {
  const errorsIn = async (pcm: Int16Array, said: string) => percent(wordErrors(said, (await hearSamples(pcm)).text))

  heading('voice', 'word errors')
  const voices = [
    'slt',
    'rms',
    'awb',
    'kal16',
    'espeak:en-us',
    'espeak:en-gb',
    'espeak:en-gb-scotland',
    'espeak:en-us+f3',
  ]
  for (const voice of voices) {
    const said = await synthesise(at('voice.mp3'), seconds / 60, folder, [voice])
    line(voice, percent(wordErrors(said, (await hear(at('voice.mp3'))).text)))
  }

  const said = await synthesise(at('talk.mp3'), seconds / 60, folder)
  const talk = await samplesIn(at('talk.mp3'))
  heading('level', 'word errors')
  for (const decibels of [0, -10, -20, -30, -40, -50])
    line(`${decibels} dB`, await errorsIn(scaled(talk, decibels), said))
  line('20 dB too loud, clipped', await errorsIn(scaled(talk, 20), said))

  heading('noise under the talk', 'word errors')
  for (const name of ['white', 'pink'] as const)
    for (const ratio of [20, 10, 5, 0])
      line(`${name}, ${ratio} dB`, await errorsIn(mixed(talk, generators[name], ratio), said))

  heading(`${minutes} minutes of`, 'words')
  for (const [name, generate] of Object.entries(generators)) {
    const { text } = await hearSamples(generate(minutes * 60 * 16_000))
    line(name, String(text.split(/\s+/).filter(Boolean).length))
  }

  heading('language', 'noticed as foreign')
  for (const [language, text] of Object.entries(foreignTalks)) {
    await say(text, `espeak:${language}`, at('foreign.wav'))
    line(language, notices(await hear(at('foreign.wav'))) ? 'yes' : 'no')
  }
} finally {
  await local.close()
  await rm(folder, { recursive: true, force: true })
}
