import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { peaks } from '../../audio/peaks.ts'
import { probe } from '../../audio/probe.ts'
import type { Db } from '../../platform/database/connect.ts'
import { inTransaction } from '../../platform/database/transaction.ts'
import { sampleClip, sampleText } from '../../speech/engines/local/built-in.ts'
import { alignWords } from '../conversations/index.ts'
import { highlightRepository } from '../highlights/index.ts'
import { taskRepository } from '../tasks/index.ts'
import { loudness, type Transcripts } from '../transcripts/index.ts'
import type { Owner } from './accept.ts'
import type { Placing } from './placing.ts'
import type { RecordingRepository } from './repository.ts'

/** Where each sentence of the clip is spoken, in milliseconds: measured at its pauses. */
const TIMES = [
  [250, 1_180],
  [1_390, 6_720],
  [6_850, 9_050],
  [9_270, 15_990],
] as const

const sentences = sampleText.split(/(?<=\.) /).map((text, at) => {
  const [start_ms, end_ms] = TIMES[at] ?? TIMES[3]
  return {
    ...{ start_ms, end_ms, text, confidence: null, speaker: 'Mina', wordsEstimated: true },
    words: alignWords([], text, start_ms, end_ms).map((word) => ({ ...word, confidence: null })),
  }
})

/** Where this is said, and in which words; should the clip ever say it otherwise, its last sentence serves. */
function passage(wanted: RegExp) {
  const sentence = sentences.find(({ text }) => wanted.test(text)) ?? sentences.at(-1)!
  const { start_ms, end_ms, text } = sentence
  return { start_ms, end_ms, text: wanted.exec(text)?.[0] ?? text }
}

/** One of each, so that their panels show what they are for. */
const kept = {
  highlight: { ...passage(/nothing leaves.*/i), label: 'Worth keeping', colour: 'yellow' },
  task: passage(/put everything into.*share/i),
}

const capital = (text: string) => text.replace(/^./u, (first) => first.toUpperCase())

interface SampleOptions {
  db: Db
  repository: RecordingRepository
  transcripts: Transcripts
  placing: Placing
}

/** A first conversation to look around in: a clip whose words are known, so that no engine needs to run. */
export function sampleService({ db, repository, transcripts, placing }: SampleOptions) {
  return {
    async open(owner: Owner) {
      const id = randomUUID()
      const { mime, ending, duration_ms, channels } = await probe(sampleClip)
      const { size } = await stat(sampleClip)
      const drawn = await peaks(sampleClip, { duration_ms })
      const key = placing.keyOf(owner, id, ending)
      await placing.place(key, { body: createReadStream(sampleClip), size }, ({ sha256 }) =>
        inTransaction(db, async (tx) => {
          await placing.claim(key, tx)
          const conversation = { id, user_id: owner.userId, title: 'Welcome to Mina', language: 'en', duration_ms }
          await repository.insertConversation({ ...conversation, status: 'final', source: 'sample' }, tx)
          const engine = 'sample'
          await repository.insert(
            {
              ...{ conversation_id: id, user_id: owner.userId, storage_key: key, filename: 'welcome.mp3' },
              ...{ media_type: mime, size, sha256, duration_ms, channels, peaks: loudness(drawn) },
            },
            tx,
          )
          const transcript = await transcripts.begin(id, { engine }, tx)
          await transcripts.fill(transcript, owner.userId, { heard: sentences, language: 'en', duration_ms }, tx)
          await highlightRepository(tx).insert(id, kept.highlight)
          const { text, start_ms } = kept.task
          await taskRepository(tx).insert(id, { text: capital(text), start_ms })
        }),
      )
      return { id }
    },
  }
}

export type Sample = ReturnType<typeof sampleService>
