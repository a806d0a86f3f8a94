import { addHighlight, clearHighlights, listHighlights, removeHighlight, updateHighlight } from '@mina/contract'
import { serve } from '../../access/route.ts'
import type { Open } from '../conversations/index.ts'
import type { HighlightService } from './service.ts'

export const highlightRoutes = (open: Open, highlights: HighlightService) => [
  serve(listHighlights, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'read')
    return { items: await highlights.list(conversation) }
  }),
  serve(addHighlight, async ({ principal, params, body }) => {
    const conversation = await open(principal, params.id, 'write')
    const highlight = await highlights.add(conversation, body)
    return { id: highlight.id, highlight }
  }),
  serve(updateHighlight, async ({ principal, params, body }) => {
    const conversation = await open(principal, params.id, 'write')
    return { highlight: await highlights.update(conversation, params.hid, body) }
  }),
  serve(removeHighlight, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'write')
    await highlights.remove(conversation, params.hid)
    return {}
  }),
  serve(clearHighlights, async ({ principal, params }) => {
    const conversation = await open(principal, params.id, 'write')
    await highlights.clear(conversation)
    return {}
  }),
]
