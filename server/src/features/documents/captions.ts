import { cueTime } from './clock-times.ts'
import { isRightToLeft, startsLeftToRight } from './script.ts'
import type { Cue } from './subtitles.ts'

const joiner = '\u2060'
const rightToLeftMark = '\u200f'

/** Players guess the direction of a line by its first letter: a name or number in front must not turn it round. */
const directed = (line: string) => (isRightToLeft(line) && startsLeftToRight(line) ? rightToLeftMark + line : line)

/**
 * SubRip has no escapes, and players read tags and overrides in it. A word joiner inside keeps the text as it looks,
 * but nothing any longer takes it for a tag, an override or a line of times.
 */
const inertInSrt = (line: string) =>
  line
    .replace(/<(?=[a-z/!?])/gi, `<${joiner}`)
    .replace(/\{(?=[\\a-z])/gi, `{${joiner}`)
    .replaceAll('-->', `--${joiner}>`)

const inVtt = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const toSrt = (cues: readonly Cue[]) =>
  cues
    .map(({ start_ms, end_ms, lines }, at) => {
      const text = lines.map((line) => inertInSrt(directed(line))).join('\n')
      return `${at + 1}\n${cueTime(start_ms, ',')} --> ${cueTime(end_ms, ',')}\n${text}\n`
    })
    .join('\n')

export const toVtt = (cues: readonly Cue[], options: { voices?: boolean } = {}) =>
  [
    'WEBVTT\n',
    ...cues.map(({ start_ms, end_ms, lines, speaker }, at) => {
      const text = lines.map((line) => inVtt(directed(line))).join('\n')
      const voice = options.voices !== false && speaker !== null ? `<v ${inVtt(speaker)}>` : ''
      return `${at + 1}\n${cueTime(start_ms, '.')} --> ${cueTime(end_ms, '.')}\n${voice}${text}\n`
    }),
  ].join('\n')
