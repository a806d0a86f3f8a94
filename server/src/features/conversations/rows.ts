import type { conversations, edits, segments } from '../../platform/database/schema/index.ts'

export type ConversationRow = Omit<typeof conversations.$inferSelect, 'title_search'>
export type SegmentRow = Omit<typeof segments.$inferSelect, 'search' | 'user_id'>
export type NewSegmentRow = typeof segments.$inferInsert
export type EditRow = typeof edits.$inferSelect
