import { describe, expect, test } from 'vitest'
import { toSrt, toVtt } from './captions.ts'
import { subtitles } from './subtitles.ts'

const cue = (text: string, speaker: string | null = null) => [
  { start_ms: 61_005, end_ms: 3_664_000, lines: [text], speaker },
]

describe('captions', () => {
  test('SubRip and WebVTT have their own marks', () => {
    const cues = [
      ...cue('One.', 'Anna'),
      { start_ms: 3_665_000, end_ms: 3_667_000, lines: ['Two,', 'three.'], speaker: null },
    ]
    expect(toSrt(cues)).toBe(
      '1\n00:01:01,005 --> 01:01:04,000\nOne.\n\n2\n01:01:05,000 --> 01:01:07,000\nTwo,\nthree.\n',
    )
    expect(toVtt(cues)).toBe(
      'WEBVTT\n\n1\n00:01:01.005 --> 01:01:04.000\n<v Anna>One.\n\n2\n01:01:05.000 --> 01:01:07.000\nTwo,\nthree.\n',
    )
  })

  test('what was said is never a tag, an override or a time', () => {
    const text = '<img src=x onerror=alert(1)> {\\an8}up --> </v>&amp;'
    const srt = toSrt(cue(text))
    expect(srt).not.toMatch(/<[a-z/]/i)
    expect(srt).not.toContain('{\\')
    expect(srt.match(/-->/g)).toHaveLength(1)
    expect(srt.replaceAll('\u2060', '')).toContain(text)
    const vtt = toVtt(cue(text, 'A>\n<b'))
    expect(vtt.match(/<[^>]*>/g)).toEqual(['<v A&gt;\n&lt;b>'])
    expect(vtt).toContain('&lt;img src=x onerror=alert(1)&gt; {\\an8}up --&gt; &lt;/v&gt;&amp;amp;')
  })

  test('blank lines in a text can not end its caption', () => {
    const cues = subtitles([
      { start_ms: 0, end_ms: 4000, text: 'before\n\n\u20282\r\n00:00:01,000 --> 00:00:02,000\nafter' },
    ])
    expect(toSrt(cues)).toBe('1\n00:00:00,000 --> 00:00:04,000\nbefore 2 00:00:01,000\n--\u2060> 00:00:02,000 after\n')
  })

  test('a line of right-to-left text that begins with a name keeps its direction', () => {
    expect(toSrt(cue('Ben: שלום לכולם'))).toContain('\u200fBen: שלום לכולם')
    expect(toSrt(cue('שלום לכולם'))).not.toContain('\u200f')
  })
})
