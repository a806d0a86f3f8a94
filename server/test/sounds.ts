import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** A folder for one test file's sounds. */
export async function soundFolder() {
  const path = await mkdtemp(join(tmpdir(), 'mina-sounds-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

export const ffmpeg = (...args: string[]) => execute('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args])

export interface Spoken {
  text: string
  voice?: 'slt' | 'rms' | 'awb' | 'kal16'
  /** An espeak-ng voice, for languages that flite does not speak. */
  espeak?: string
}

/** Says a text into a 16 kHz mono WAV file, by flite, or by espeak-ng where its voice is named. */
export async function speak(path: string, { text, voice = 'slt', espeak }: Spoken) {
  if (espeak) await execute('espeak-ng', ['-v', espeak, '-s', '150', '-w', `${path}.raw.wav`, text])
  else await execute('flite', ['-voice', voice, '-t', text, '-o', `${path}.raw.wav`])
  await ffmpeg('-i', `${path}.raw.wav`, '-ar', '16000', '-ac', '1', path)
  await rm(`${path}.raw.wav`)
  return path
}
