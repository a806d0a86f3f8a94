import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AssemblyaiDouble, createAssemblyaiDouble } from './assemblyai.ts'
import { createDeepgramDouble, type DeepgramDouble } from './deepgram.ts'
import { createOpenaiDouble, type OpenaiDouble } from './openai.ts'
import { shapeOf } from './shapes.ts'

describe('the doubles refuse what the real ones refuse, in their words', () => {
  let deepgram: DeepgramDouble
  let openai: OpenaiDouble
  let assemblyai: AssemblyaiDouble
  beforeAll(async () => {
    deepgram = await createDeepgramDouble()
    openai = await createOpenaiDouble()
    assemblyai = await createAssemblyaiDouble()
  })
  afterAll(() => Promise.all([deepgram.close(), openai.close(), assemblyai.close()]))

  const answer = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init)
    return { status: response.status, body: (await response.json()) as unknown }
  }

  test.each([
    ['a wrong key', '?model=nova-2', 'Token wrong', 401],
    ['a bare key', '?model=nova-2', 'dg-key', 401],
    ['an unknown model', '?model=nova-9', 'Token dg-key', 400],
    ['an unknown option', '?model=nova-2&diarise=true', 'Token dg-key', 400],
    ['keywords for Nova-3', '?model=nova-3&keywords=a', 'Token dg-key', 400],
    ['keyterm for Nova-2', '?model=nova-2&keyterm=a', 'Token dg-key', 400],
    ['no audio', '?model=nova-2', 'Token dg-key', 400],
  ])('Deepgram: %s', async (_, query, authorization, status) => {
    const refused = await answer(`${deepgram.url}/v1/listen${query}`, { method: 'POST', headers: { authorization } })
    expect(refused.status).toBe(status)
    expect(shapeOf('deepgram-batch', 'ErrorResponseModernError').safeParse(refused.body).error).toBeUndefined()
  })

  const file = new File([new Uint8Array(100)], 'a.wav')
  test.each([
    ['a wrong key', { file, model: 'whisper-1' }, 'wrong', 401],
    ['an unknown model', { file, model: 'whisper-9' }, 'sk-key', 404],
    ['an unknown field', { file, model: 'whisper-1', diarise: 'true' }, 'sk-key', 400],
    [
      'times from a model without',
      { file, model: 'gpt-4o-transcribe', response_format: 'verbose_json' },
      'sk-key',
      400,
    ],
    ['a prompt for the diarizing model', { file, model: 'gpt-4o-transcribe-diarize', prompt: 'a' }, 'sk-key', 400],
    ['a file of no known ending', { file: new File(['a'], 'a.mov'), model: 'whisper-1' }, 'sk-key', 400],
    ['no file', { model: 'whisper-1' }, 'sk-key', 400],
    [
      'a file that is too large',
      { file: new File([new Uint8Array(26_214_401)], 'a.wav'), model: 'whisper-1' },
      'sk-key',
      413,
    ],
  ])('OpenAI: %s', async (_, fields, key, status) => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    const headers = { authorization: `Bearer ${key}` }
    const refused = await answer(`${openai.url}/v1/audio/transcriptions`, { method: 'POST', headers, body })
    expect(refused.status).toBe(status)
    expect(shapeOf('openai-audio', 'ErrorResponse').safeParse(refused.body).error).toBeUndefined()
  })

  const submitted = { audio_url: 'https://cdn.assemblyai.com/upload/0' }
  test.each([
    ['a wrong key', submitted, 'wrong', 401],
    ['an unknown option', { ...submitted, diarise: true }, 'aai-key', 400],
    ['audio from elsewhere', { audio_url: 'file:///etc/passwd' }, 'aai-key', 400],
    ['speakers and channels at once', { ...submitted, speaker_labels: true, multichannel: true }, 'aai-key', 400],
  ])('AssemblyAI: %s', async (_, wanted, authorization, status) => {
    const body = JSON.stringify(wanted)
    const refused = await answer(`${assemblyai.url}/v2/transcript`, {
      method: 'POST',
      headers: { authorization },
      body,
    })
    expect(refused).toEqual({ status, body: { error: expect.any(String) } })
  })
})
