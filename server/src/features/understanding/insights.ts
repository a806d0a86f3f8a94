import type { FoundTask, InsightTemplate, InsightVersion, Task } from '@mina/contract'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { JobContext } from '../../platform/queue/job.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Conversations, Opened } from '../conversations/index.ts'
import { type InsightService, noModel } from '../insights/index.ts'
import type { InsightRow, InsightRows, TaskRow } from './insight-rows.ts'
import { analyseJob } from './jobs.ts'
import type { Publish, Send } from './ports.ts'
import { settledSegments } from './segments.ts'
import { type WorkMeter, withSpending } from './usage.ts'
import { abandon, announcing, carryOut, openForWork, type Signals } from './work.ts'
import { isOpen } from './work-rows.ts'

const ENDPOINT = '/api/conversations/:id/insights'
const MOST_TASK_CHARACTERS = 2_000
const MOST_ASSIGNEE_CHARACTERS = 120

interface InsightsOptions {
  rows: InsightRows
  conversations: Pick<Conversations, 'open' | 'segments'>
  insights: InsightService
  templateOf: (userId: string, id: string) => Promise<InsightTemplate>
  /** In which "by Friday" was said. */
  timeZoneOf: (userId: string) => Promise<string>
  send: Send
  signals: Signals
  publish: Publish
  usage: WorkMeter
  clock: Clock
  log: Log
}

type Listed = Awaited<ReturnType<InsightRows['versions']>>[number]

const present = (row: Listed): InsightVersion => ({
  id: row.id,
  version: row.version,
  template: row.template,
  engine: row.engine,
  status: row.status,
  progress: row.progress,
  error: row.error,
  created_at: row.created_at.toISOString(),
  updated_at: row.updated_at.toISOString(),
  stale: row.status === 'done' && row.stale,
})

const presentTask = ({ id, text, assignee, due_date, status, segment_id, start_ms }: TaskRow): Task => ({
  id,
  text,
  assignee,
  due_date,
  status,
  segment_id,
  start_ms,
})

const unknownInsights = () => new Refusal('not_found', 'There are no such insights.')

/** Insights into whole conversations: made in the background, each run a version of its own. */
export function insightsService(options: InsightsOptions) {
  const { rows, conversations, insights, send, signals, publish, usage, clock, log } = options

  async function start(conversation: Opened<'write'>, it: { template: string; engine: InsightRow['engine'] }) {
    const { id, user_id, status } = conversation
    if (status === 'live' || status === 'processing')
      throw new Refusal('live', 'Words still arrive. Ask for insights when they are complete.')
    if (it.engine === 'model' && insights.model === null) throw noModel()
    await options.templateOf(user_id, it.template)
    const wanted = await rows.request(id, it, async (insights_id, tx) => {
      await send(analyseJob, { insights_id, user_id }, { tx, userId: user_id })
    })
    const row = (await rows.versions(id)).find((version) => version.id === wanted)
    if (!row) throw unknownInsights()
    return present(row)
  }

  async function analyse(row: InsightRow, userId: string, context: JobContext) {
    const conversation = await openForWork(conversations.open, userId, row.conversation_id)
    const announce = announcing(publish, userId, {
      id: row.id,
      conversation_id: row.conversation_id,
      kind: 'insights',
    })
    const work = { id: row.id, rows: rows.work, context, signals, log, announce }
    await carryOut(work, async ({ signal, progress, gone }) => {
      const read_at = clock.now()
      const template = await options.templateOf(userId, row.template)
      const segments = await settledSegments(conversations.segments, conversation.transcript_id)
      const input = {
        segments,
        recordedAt: conversation.created_at,
        timeZone: await options.timeZoneOf(userId),
        language: conversation.language,
      }
      const asked = { engine: row.engine, template, signal, onProgress: progress }
      const content = await withSpending(usage, { userId, model: insights.model, endpoint: ENDPOINT }, (onUsage) =>
        insights.analyse(input, { ...asked, onUsage }),
      )
      if (!(await rows.finish(row.id, { content, transcript_id: conversation.transcript_id, read_at }))) gone()
    })
  }

  async function found(conversation: Opened, insightsId: string) {
    const content = await rows.content(conversation.id, insightsId)
    if (!content) throw unknownInsights()
    return content
  }

  return {
    start,

    async get(conversation: Opened<'read'>, wanted: number | undefined) {
      const versions = await rows.versions(conversation.id)
      const shown = versions.find((row) => (wanted === undefined ? row.status === 'done' : row.version === wanted))
      if (wanted !== undefined && !shown) throw unknownInsights()
      return {
        insights: shown ? await rows.content(conversation.id, shown.id) : null,
        version: shown?.version ?? null,
        versions: versions.map(present),
      }
    },

    async remove(conversation: Opened<'write'>, insightsId: string) {
      if (!(await rows.remove(conversation.id, insightsId))) throw unknownInsights()
      await signals.cancel(insightsId)
    },

    async takeTasks(conversation: Opened<'write'>, insightsId: string, indexes: readonly number[]) {
      const { tasks } = await found(conversation, insightsId)
      const wanted = [...new Set(indexes)].map((index) => {
        const task: FoundTask | undefined = tasks[index]
        if (!task) throw new Refusal('bad_request', `indexes: there is no action item ${index}.`)
        return {
          conversation_id: conversation.id,
          segment_id: task.segment_id,
          start_ms: task.start_ms,
          text: task.text.slice(0, MOST_TASK_CHARACTERS),
          assignee: (task.assignee ?? '').slice(0, MOST_ASSIGNEE_CHARACTERS),
          due_date: task.due_date,
        }
      })
      return (await rows.takeTasks(conversation.id, wanted)).map(presentTask)
    },

    onGone: (conversationIds: string[]) => abandon(rows.work, signals, conversationIds),

    async handle(payload: { insights_id: string; user_id: string }, context: JobContext) {
      const row = await rows.byId(payload.insights_id)
      if (row && isOpen(row)) await analyse(row, payload.user_id, context)
    },
  }
}
export type StoredInsights = ReturnType<typeof insightsService>
