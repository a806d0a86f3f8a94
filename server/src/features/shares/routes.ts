import {
  addComment,
  createShare,
  getShare,
  getSharedAudio,
  getSharedPeaks,
  listComments,
  listConversationComments,
  listShares,
  readSharePage,
  removeComment,
  revokeShare,
} from '@mina/contract'
import { type FileAnswer, serve } from '../../access/route.ts'
import { type PageLanguage, pageLanguage } from '../../platform/page-language.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { Open } from '../conversations/index.ts'
import type { LinkService } from './links.ts'
import type { Listening } from './listening.ts'
import type { SharePage } from './page.ts'
import type { Shared } from './reading.ts'
import type { CommentRow } from './repository.ts'
import type { OpenedShare, VisitorService } from './visitors.ts'

const presentComment = (row: CommentRow) => ({ ...row, created_at: row.created_at.toISOString() })

/** For owners. */
export const linkRoutes = (open: Open, links: LinkService) => [
  serve(createShare, async ({ principal, params, body }) => {
    const conversation = await open(principal, params.id, 'write')
    return await links.create(conversation, body)
  }),
  serve(listShares, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'read')
    return { items: await links.list(conversation) }
  }),
  serve(revokeShare, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'write')
    await links.revoke(conversation, params.sid)
    return {}
  }),
  serve(listConversationComments, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'read')
    return { items: (await links.comments(conversation)).map(presentComment) }
  }),
  serve(removeComment, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'write')
    await links.removeComment(conversation, params.cid)
    return {}
  }),
]

interface VisitorParts {
  visitors: VisitorService
  listening: Listening
  page: SharePage
  read: (opened: OpenedShare) => Promise<Shared>
}

/** For whoever holds a link. */
export function visitorRoutes({ visitors, listening, page, read }: VisitorParts) {
  const html = (body: string, language: PageLanguage, status = 200): FileAnswer => ({
    type: 'text/html; charset=utf-8',
    body,
    status,
    headers: { 'cache-control': 'no-store', 'content-language': language, vary: 'accept-language' },
  })
  return [
    serve(getShare, async ({ params, query, request }) => {
      const opened = await visitors.openShare(params.token)
      const shared = await read(opened)
      await visitors.countVisit(opened, request.ip, query.again === 'true' ? 'again' : 'call')
      return shared
    }),
    serve(
      getSharedAudio,
      async ({ params, request, reply }) =>
        await listening.audio(await visitors.openShare(params.token), { request, reply }),
    ),
    serve(getSharedPeaks, async ({ params }) => await listening.peaks(await visitors.openShare(params.token))),
    serve(listComments, async ({ params }) => {
      const rows = await visitors.comments(await visitors.openShare(params.token))
      return { items: rows.map(presentComment) }
    }),
    serve(addComment, async ({ params, body, request }) => {
      const row = await visitors.comment(await visitors.openShare(params.token), request.ip, body)
      return { id: row.id, comment: presentComment(row) }
    }),
    serve(readSharePage, async ({ params, request }) => {
      const language = pageLanguage(undefined, String(request.headers['accept-language'] ?? ''))
      try {
        const opened = await visitors.openShare(params.token)
        const shared = await read(opened)
        await visitors.countVisit(opened, request.ip, 'page')
        return html(page.read(shared, language), language)
      } catch (error) {
        if (error instanceof Refusal) return html(page.failed(error, language), language, error.status)
        throw error
      }
    }),
  ]
}
