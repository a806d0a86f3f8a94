import { randomUUID } from 'node:crypto'
import {
  addComment,
  addHighlight,
  addTask,
  addVocabulary,
  createKey,
  createShare,
  createTemplate,
  createWebhook,
  downloadArtifact,
  editSegment,
  getInsights,
  getJob,
  getTranslation,
  type Job,
  listDeliveries,
  listHistory,
  listSessions,
  listVersions,
  login,
  startInsights,
  startTranslation,
  testWebhook,
} from '@mina/contract'
import { wavBytes } from '../../src/audio/wav.ts'
import { fakeRecogniser } from '../../src/speech/fake.ts'
import { type TestApp, type TestPerson, testApp } from '../app.ts'
import { startLibreTranslateDouble } from '../doubles/translation/libretranslate.ts'
import { webhookReceiver } from '../doubles/webhooks/receiver.ts'
import { ended, idOf, send } from '../recordings.ts'
import { until } from '../until.ts'

/** A word that stands in everything that is Alice's, and in nothing else. */
export const HERS = 'pomegranate'

const wav = wavBytes(Int16Array.from({ length: 48_000 }, (_, at) => Math.sin(at / 8) * 8_000))
const said = (second: number, speaker: string) => ({
  start_ms: second * 1_000,
  end_ms: second * 1_000 + 900,
  text: `Sarah will send the ${HERS} report ${second} by Friday.`,
  confidence: 0.9,
  speaker,
})
const engine = fakeRecogniser({
  name: 'local',
  transcripts: () => ({ utterances: [said(0, 'Ann'), said(1, 'Ben'), said(2, 'Ann')] }),
})

/** A server with everything switched on that needs no other machine. */
export async function openHouse(env: Record<string, string> = {}) {
  const translator = await startLibreTranslateDouble({ translate: (text) => text.toUpperCase() })
  const receiver = await webhookReceiver()
  const app = await testApp({
    engines: [engine],
    env: {
      RATE_LIMITS: 'off',
      OUTBOUND_ALLOW: '127.0.0.1',
      MEDIA_ALLOW: '127.0.0.1',
      LIBRETRANSLATE_URL: translator.url,
      LIVE_SESSIONS_PER_USER: '1000',
      ...env,
    },
  })
  return {
    app,
    receiver,
    async close() {
      await app.close()
      await translator.close()
      await receiver.close()
    },
  }
}
export type House = Awaited<ReturnType<typeof openHouse>>

/** Two versions of one translation. */
const translated = async (alice: TestPerson, id: string) => {
  for (const report of ['rapporto', 'relazione']) {
    const body = { target_language: 'it', glossary: { report } }
    const { version } = (await alice.call(startTranslation, { params: { id }, body })).translation
    await until(async () => {
      const { translation } = await alice.call(getTranslation, { params: { id, language: 'it' }, query: { version } })
      return translation.status === 'done'
    }, 'the translation')
  }
}

const summedUp = async (alice: TestPerson, id: string) => {
  const { insights } = await alice.call(startInsights, { params: { id }, body: {} })
  return await until(async () => {
    const { versions } = await alice.call(getInsights, { params: { id }, query: {} })
    return versions.find((it) => it.id === insights.id && it.status === 'done')?.id
  }, 'the insights')
}

const finishedJob = async (alice: TestPerson) => {
  const body = new FormData()
  body.set('type', 'transcription')
  body.set('file', new Blob([new Uint8Array(wav)]), `${HERS}.wav`)
  const { id } = (await (await alice.raw('/saas/jobs', { method: 'POST', body })).json()) as Job
  return await until(async () => {
    const job = await alice.call(getJob, { params: { id } })
    return job.status === 'done' && job
  }, 'the job')
}

async function begunUpload(alice: TestPerson) {
  const filename = Buffer.from(`${HERS}.wav`).toString('base64')
  const answer = await alice.raw('/api/uploads/tus', {
    method: 'POST',
    headers: { 'tus-resumable': '1.0.0', 'upload-length': '1000', 'upload-metadata': `filename ${filename}` },
  })
  return answer.headers.get('x-conversation-id') ?? ''
}

/** One of everything that a person can have, with the ids by which it is addressed. */
export async function belongingsOf(app: TestApp, alice: TestPerson, receiver: House['receiver']) {
  const talk = await idOf(await send(alice, new Uint8Array(wav), `${HERS}.wav`))
  const { segments } = await ended(alice, talk)
  const params = { id: talk }
  const [first, second, third] = segments.map((it) => it.id)
  await alice.call(editSegment, { params: { id: talk, sid: third! }, body: { text: `A ripe ${HERS}.` } })
  const { items: edits } = await alice.call(listHistory, { params, query: {} })
  const { items: versions } = await alice.call(listVersions, { params })
  const { highlight } = await alice.call(addHighlight, { params, body: { text: HERS } })
  const { task } = await alice.call(addTask, { params, body: { text: `Buy a ${HERS}` } })
  const share = await alice.call(createShare, { params, body: { can_comment: true, can_listen: true } })
  const comment = await app.client().call(addComment, {
    params: { token: share.token },
    body: { name: 'Guest', text: `I like ${HERS}` },
  })
  await translated(alice, talk)
  const insights = await summedUp(alice, talk)
  const { word } = await alice.call(addVocabulary, { body: { word: 'Pomegranate', heard_as: [HERS] } })
  const { template } = await alice.call(createTemplate, { body: { name: HERS, text: `Tell of ${HERS}` } })
  const { webhook } = await alice.call(createWebhook, { body: { url: receiver.url, events: ['job.done'] } })
  await alice.call(testWebhook, { params: { id: webhook.id } })
  const { key, api_key } = await alice.call(createKey, { body: { name: HERS } })
  await app.client({ 'user-agent': HERS }).call(login, { body: { email: alice.email, password: alice.password } })
  const { items: sessions } = await alice.call(listSessions)
  const job = await finishedJob(alice)
  // Of the trial and of the job; what is still on its way would change a row later.
  const delivery = await until(async () => {
    const { deliveries } = await alice.call(listDeliveries, { params: { id: webhook.id }, query: {} })
    return deliveries.length === 2 && deliveries.every((it) => it.status === 'delivered') && deliveries[0]
  }, 'both deliveries')
  const artifact = job.artifacts[0]!.id
  const { download_url } = await alice.call(downloadArtifact, { params: { id: artifact } })
  return {
    talk,
    segments: [first!, second!, third!],
    edit: edits[0]!.id,
    version: versions[0]!.id,
    highlight: highlight.id,
    task: task.id,
    share: share.id,
    shareToken: share.token,
    comment: comment.id,
    insights,
    word: word.id,
    template: template.id,
    webhook: webhook.id,
    delivery: delivery.id,
    key: key.id,
    apiKey: api_key,
    session: sessions.find((it) => !it.current)!.id,
    job: job.id,
    artifact,
    link: new URL(download_url).pathname.split('/').pop()!,
    upload: await begunUpload(alice),
  }
}
export type Belongings = Awaited<ReturnType<typeof belongingsOf>>

/** What `:id` names, by the beginning of the path. */
const nouns: readonly (readonly [string, (it: Belongings) => string])[] = [
  ['/api/conversations/', (it) => it.talk],
  ['/api/uploads/tus/', (it) => it.upload],
  ['/api/vocabulary/', (it) => it.word],
  ['/api/templates/', (it) => it.template],
  ['/api/auth/sessions/', (it) => it.session],
  ['/api/keys/', (it) => it.key],
  ['/auth/api-keys/', (it) => it.key],
  ['/webhooks/', (it) => it.webhook],
  ['/saas/jobs/', (it) => it.job],
  ['/saas/artifacts/', (it) => it.artifact],
]

const others = (path: string, it: Belongings): Record<string, string> => ({
  sid: path.includes('/shares/') ? it.share : it.segments[0]!,
  edit_id: it.edit,
  version_id: it.version,
  hid: it.highlight,
  tid: it.task,
  cid: it.comment,
  insights_id: it.insights,
  language: 'it',
  version: '1',
  delivery_id: it.delivery,
  token: it.shareToken,
  link: it.link,
  user_id: randomUUID(),
  queue: 'jobs.run',
  format: path.startsWith('/reports') ? 'excel' : 'pdf',
  model: 'whisper-1',
  project_id: 'mina',
})

/** The address of a route about these belongings; `id` puts another parent in place of the first. */
export function addressOf(path: string, it: Belongings, id?: string): string {
  const noun = nouns.find(([prefix]) => path.startsWith(prefix))?.[1]
  const values: Record<string, string> = { ...others(path, it), id: id ?? noun?.(it) ?? randomUUID() }
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(values[name] ?? 'x'))
}

/** Bodies that the owner would be served with. */
export function bodyOf(route: string, it: Belongings): Record<string, unknown> | undefined {
  const [, second, third] = it.segments
  const bodies: Record<string, Record<string, unknown>> = {
    'PATCH /api/conversations/:id': { title: 'Changed' },
    'POST /api/conversations/:id/transcribe': { language: 'en' },
    'POST /api/conversations/:id/segments': { idx: 9, start_ms: 9_000, end_ms: 9_500, text: 'more', is_final: true },
    'PATCH /api/conversations/:id/segments/:sid': { text: 'Changed' },
    'POST /api/conversations/:id/segments/:sid/split': { at_char: 5 },
    'POST /api/conversations/:id/segments/merge': { ids: [second, third] },
    'POST /api/conversations/:id/speakers': { from: 'Ann', to: 'Eve' },
    'POST /api/conversations/:id/replace': { find: 'Friday', replace: 'Monday' },
    'POST /api/conversations/:id/highlights': { text: 'new' },
    'PATCH /api/conversations/:id/highlights/:hid': { label: 'changed' },
    'POST /api/conversations/:id/tasks': { text: 'new' },
    'PATCH /api/conversations/:id/tasks': { id: it.task, status: 'done' },
    'POST /api/conversations/:id/translate': { target_language: 'de' },
    'POST /api/conversations/:id/insights/:insights_id/tasks': { indexes: [0] },
    'PATCH /api/templates/:id': { name: 'Changed' },
    'PATCH /webhooks/:id': { is_active: false },
    'POST /api/conversations': { title: 'New' },
    'POST /api/conversations/bulk': { ids: [it.talk], action: 'tag', tag: 'taken' },
    'POST /api/ask': { question: 'Who sends the report?' },
    'POST /api/vocabulary': { word: 'Kubernetes', heard_as: ['cooper nettie'] },
    'POST /api/templates': { name: 'Mine', text: 'Tell.' },
    'POST /api/keys': { name: 'mine' },
    'POST /auth/api-keys': { name: 'mine' },
    'POST /webhooks': { url: 'http://127.0.0.1:9/x', events: ['job.done'] },
    'POST /sentiment': { text: 'This is very good news.' },
    'POST /documents/:format': { text: 'Words.' },
    'POST /reports/:format': { transcript: 'Words.', analysis: { mood: 'good' } },
    'POST /translations/libretranslate': { text: 'Words.', target_language: 'it' },
    'PATCH /api/auth/me': { name: 'New' },
    'POST /api/shares/:token/comments': { name: 'Guest', text: 'Hello' },
    'POST /saas/jobs': { type: 'transcription', input_ref: `job:${it.job}` },
    'POST /api/links': { url: 'http://127.0.0.1:9/a.wav' },
    'POST /utilities/text-file': { text: 'Words.', filename: 'a.txt' },
  }
  return bodies[route]
}

const queries: Record<string, string> = {
  'GET /api/search': `?q=${HERS}`,
  'GET /api/conversations': `?q=${HERS}`,
  'GET /api/conversations/:id/export': '?format=txt',
}

/** A call of this route about these belongings, as its owner would make it. */
export function call(caller: Pick<TestPerson, 'raw'>, route: string, it: Belongings, id?: string) {
  const [method = '', path = ''] = route.split(' ')
  const body = bodyOf(route, it) ?? (method === 'GET' || method === 'HEAD' ? undefined : {})
  const tus = path.startsWith('/api/uploads/tus')
  return caller.raw(`${addressOf(path, it, id)}${queries[route.replace(/^HEAD/, 'GET')] ?? ''}`, {
    method,
    ...(body && !tus && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    ...(tus && {
      headers: {
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        ...(method !== 'DELETE' && { 'content-type': 'application/offset+octet-stream' }),
      },
      ...(method === 'PATCH' && { body: new Uint8Array(10) }),
    }),
  })
}
