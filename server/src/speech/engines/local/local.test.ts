import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ffmpeg, soundFolder, speak } from '../../../../test/sounds.ts'
import { decode } from '../../../audio/decode.ts'
import { probe } from '../../../audio/probe.ts'
import { silentLog } from '../../../platform/log.ts'
import { type EngineUnderTest, recogniserConformance } from '../../conformance.ts'
import type { Recording } from '../../port.ts'
import { sampleClip } from './built-in.ts'
import { createLocalRecogniser, type LocalRecogniser } from './index.ts'

let folder: Awaited<ReturnType<typeof soundFolder>>
let local: LocalRecogniser
const at = (name: string) => join(folder.path, name)

const recordingOf = async (path: string): Promise<Recording> => {
  const { duration_ms, channels, size, ending } = await probe(path)
  return { path, duration_ms, channels, size, name: `recording.${ending}` }
}
const samplesIn = async (path: string) => {
  const parts: number[] = []
  for await (const block of decode(path)) parts.push(...block)
  return Int16Array.from(parts)
}
const said = async (name: string, text: string, espeak?: string) => recordingOf(await speak(at(name), { text, espeak }))
const textOf = (transcript: { utterances: { text: string }[] }) =>
  transcript.utterances
    .map((utterance) => utterance.text)
    .join(' ')
    .toLowerCase()

beforeAll(async () => {
  folder = await soundFolder()
  local = createLocalRecogniser({ modelsDir: at('models'), cacheDir: at('cache'), log: silentLog, workers: 2 })
})
afterAll(async () => {
  await local.close()
  await folder.remove()
})

const sample: () => Promise<EngineUnderTest> = async () => {
  const recording = await recordingOf(sampleClip)
  const pcm = await samplesIn(sampleClip)
  return {
    recogniser: local,
    speech: { recording, words: ['meetings', 'decisions', 'document'], pcm },
    foreign: 'it',
    close: async () => {},
  }
}

recogniserConformance('the built-in engine', sample)

describe('what is no speech gives no words', () => {
  test.each([
    ['silence', 'anullsrc=r=16000:cl=mono'],
    ['white noise', 'anoisesrc=color=white:amplitude=0.3'],
    ['quiet pink noise', 'anoisesrc=color=pink:amplitude=0.003'],
    ['a tone', 'sine=f=440'],
    ['a chord', 'aevalsrc=0.2*sin(2*PI*262*t)+0.2*sin(2*PI*330*t)+0.2*sin(2*PI*392*t)'],
  ])('%s', async (_, source) => {
    await ffmpeg('-f', 'lavfi', '-i', source, '-t', '20', '-ar', '16000', '-ac', '1', at('nothing.wav'))
    const transcript = await local.transcribe(await recordingOf(at('nothing.wav')), {})
    expect(transcript.utterances).toEqual([])
    expect(transcript.warnings.map((warning) => warning.code)).toEqual(['no_speech'])
  })
})

describe('times', () => {
  test('speech is found where it is, to a fraction of a second, and its words inside it', async () => {
    await speak(at('one.wav'), { text: 'The harbour opens at seven.', voice: 'rms' })
    await speak(at('two.wav'), { text: 'The last boat leaves at nine.', voice: 'slt' })
    const between = 'aevalsrc=0:s=16000:d=5'
    await ffmpeg(
      ...['-f', 'lavfi', '-i', between, '-i', at('one.wav'), '-f', 'lavfi', '-i', between, '-i', at('two.wav')],
      ...['-filter_complex', '[0][1][2][3]concat=n=4:v=0:a=1', at('apart.wav')],
    )
    const first = (await stat(at('one.wav'))).size / 32
    const { utterances } = await local.transcribe(await recordingOf(at('apart.wav')), { words: true })
    expect(utterances.map((utterance) => utterance.text.toLowerCase())).toEqual([
      expect.stringContaining('harbo'),
      expect.stringContaining('boat'),
    ])
    expect(Math.abs(utterances[0]!.start_ms - 5000)).toBeLessThan(200)
    expect(Math.abs(utterances[1]!.start_ms - (10_000 + first))).toBeLessThan(300)
    for (const { words, wordsEstimated, start_ms, end_ms } of utterances) {
      expect(wordsEstimated).toBe(true)
      expect(words!.every((word) => word.start_ms >= start_ms - 50 && word.end_ms <= end_ms + 50)).toBe(true)
    }
  })

  test('a whisper at -46 dB is heard', async () => {
    await speak(at('loud.wav'), { text: 'Please bring the red umbrella to the station tomorrow.' })
    await ffmpeg('-i', at('loud.wav'), '-af', 'volume=-40dB', at('quiet.wav'))
    expect(textOf(await local.transcribe(await recordingOf(at('quiet.wav')), {}))).toContain('umbrella')
  })

  test('both sides of a call are told apart by their channel and in the order of the talk', async () => {
    await speak(at('left.wav'), { text: 'Good morning, this is the garden shop.', voice: 'rms' })
    await speak(at('right.wav'), { text: 'Hello, I would like to order twenty apple trees.' })
    await ffmpeg(
      ...['-i', at('left.wav'), '-i', at('right.wav'), '-filter_complex'],
      ...[
        '[1]adelay=4000,aformat=channel_layouts=mono[late];[0]apad,aformat=channel_layouts=mono[early];[early][late]amerge=inputs=2',
        '-t',
        '8',
        at('call.wav'),
      ],
    )
    const { utterances } = await local.transcribe(await recordingOf(at('call.wav')), { multichannel: true })
    expect(utterances.map(({ channel, speaker }) => [channel, speaker])).toEqual([
      [0, 'Speaker 1'],
      [1, 'Speaker 2'],
    ])
    expect(utterances[1]!.text.toLowerCase()).toContain('apple')
  })
})

describe('what the engine can not do', () => {
  test.each([
    [
      'it',
      'Buongiorno a tutti. Oggi parliamo del bilancio per il prossimo anno e poi delle persone che si uniranno alla nostra squadra.',
    ],
    ['cmn', '大家早上好。今天我们谈谈明年的预算，然后谈谈春天将加入我们团队的人。'],
    [
      'de',
      'Das Wetter war gestern schrecklich, aber wir sind trotzdem mit dem Fahrrad zum See gefahren. Meine Schwester hat einen neuen Hund.',
    ],
    [
      'es',
      'La velocidad de la máquina depende de la temperatura del aceite. Cuando la presión sube demasiado se abre una válvula.',
    ],
    [
      'fr',
      "La vitesse de la machine dépend de la température de l'huile. Quand la pression monte trop, une soupape s'ouvre.",
    ],
    [
      'nl',
      'Het weer was gisteren verschrikkelijk, maar we zijn toch met de fiets naar het meer gegaan. Mijn zus heeft een nieuwe hond.',
    ],
  ])('speech in %s that nobody announced is reported, and the text is marked', async (language, text) => {
    const transcript = await local.transcribe(await said('foreign.wav', text, language), {})
    expect(transcript.language).toBeNull()
    expect(transcript.warnings).toContainEqual({
      code: 'language_mismatch',
      message: expect.stringContaining('mina models pull'),
    })
    expect(transcript.utterances.every(({ doubtful }) => doubtful)).toBe(true)
  })

  test.each(['slt', 'rms', 'kal16', 'espeak:en-us', 'espeak:en-gb-scotland'])(
    'English by the voice %s is not taken for another language',
    async (voice) => {
      const text =
        'Please call Professor Nakamura at four hundred seventeen, nine, twenty two. Turn left behind the garden, stop, and wait for the red bus.'
      const [espeak, flite] = voice.startsWith('espeak:') ? [voice.slice(7), undefined] : [undefined, voice]
      await speak(at('english.wav'), { text, espeak, voice: flite as 'slt' | undefined })
      const { language, warnings } = await local.transcribe(await recordingOf(at('english.wav')), {})
      expect({ language, warnings }).toEqual({ language: 'en', warnings: [] })
    },
  )

  test('a model that is not here and speakers without their models name the command that fetches them', async () => {
    const talk = await recordingOf(sampleClip)
    await expect(local.transcribe(talk, { model: 'whisper-small' })).rejects.toMatchObject({
      message: expect.stringContaining('mina models pull whisper-small'),
    })
    await expect(local.transcribe(talk, { diarize: true })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('mina models pull pyannote-segmentation titanet-small'),
    })
    await expect(local.transcribe(talk, { language: 'it' })).rejects.toMatchObject({
      message: expect.stringContaining('parakeet-tdt-0.6b-v3'),
    })
  })
})

test('a recording can be heard from its middle on, on a clock of its own', async () => {
  const first = await said('before.wav', 'The harbour master opened the gate.')
  const second = await speak(at('after.wav'), { text: 'Seven boats left before the storm.' })
  await ffmpeg(
    '-i',
    first.path,
    '-i',
    second,
    '-filter_complex',
    '[0]apad=pad_dur=2[a];[a][1]concat=v=0:a=1',
    at('both.mp3'),
  )
  const both = await recordingOf(at('both.mp3'))
  const from_ms = first.duration_ms + 1_000
  const { utterances, duration_ms } = await local.transcribe(
    { ...both, from_ms, duration_ms: both.duration_ms - from_ms },
    {},
  )
  expect(textOf({ utterances })).toMatch(/^seven boats left/)
  expect(utterances[0]!.start_ms).toBeGreaterThan(700)
  expect(utterances[0]!.start_ms).toBeLessThan(1_300)
  expect(duration_ms).toBe(both.duration_ms - from_ms)
})

test('what the engine does not use is said of a file and, before its first word, of a live stream', async () => {
  const asked = { vocabulary: ['Skagen'], language: 'en' }
  const told = { code: 'option_ignored', message: 'The built-in engine does not use: vocabulary.' }
  expect((await local.transcribe(await recordingOf(sampleClip), asked)).warnings).toEqual([told])
  const stream = await local.stream!({ ...asked, sampleRate: 16_000, interim: true })
  stream.write((await samplesIn(sampleClip)).subarray(0, 48_000))
  void stream.finish()
  const events = []
  for await (const event of stream) events.push(event)
  expect(events[0]).toEqual({ type: 'warning', warning: told })
  expect(events.filter((it) => it.type === 'warning')).toHaveLength(1)
  expect(events.some((it) => it.type === 'final')).toBe(true)
})

describe('when something breaks', () => {
  test('a killed process costs an attempt, not the text', async () => {
    const talk = await recordingOf(sampleClip)
    const running = local.transcribe(talk, {})
    await expect.poll(() => local.processes().length).toBeGreaterThan(1)
    for (const pid of local.processes()) process.kill(pid, 'SIGKILL')
    expect(textOf(await running)).toContain('document that you can share')
  })

  test('a decoder that heard much is replaced, and no text is lost', async () => {
    const shortLived = createLocalRecogniser({
      ...{ modelsDir: at('models'), cacheDir: at('cache'), log: silentLog, workers: 1, decoderLifetime_s: 1 },
    })
    try {
      await ffmpeg('-stream_loop', '3', '-i', sampleClip, '-c', 'copy', at('four-times.mp3'))
      const decoders = new Set<number>()
      const { utterances } = await shortLived.transcribe(await recordingOf(at('four-times.mp3')), {
        onUtterance: () => {
          for (const pid of shortLived.processes()) decoders.add(pid)
        },
      })
      expect(textOf({ utterances }).match(/document that you can share/g)?.length).toBe(4)
      // The detector's, and several decoders one after another.
      expect(decoders.size).toBeGreaterThan(2)
    } finally {
      await shortLived.close()
    }
  })

  test('calling off ends the work within a second', async () => {
    await ffmpeg('-stream_loop', '30', '-i', sampleClip, '-c', 'copy', at('long.mp3'))
    const stop = new AbortController()
    const running = local.transcribe(await recordingOf(at('long.mp3')), {
      signal: stop.signal,
      onUtterance: () => stop.abort(new Error('enough')),
    })
    await expect(running).rejects.toThrow('enough')
    const began = performance.now()
    const after = await local.transcribe(await said('short.wav', 'The kettle is on the stove.'), {})
    expect(after.utterances.length).toBe(1)
    expect(performance.now() - began).toBeLessThan(4000)
  })
})
