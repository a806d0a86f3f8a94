export { toSrt, toVtt } from './captions.ts'
export type {
  ExportedConversation,
  ExportedHighlight,
  ExportedInsight,
  ExportedSegment,
  ExportedTask,
  ExportedWord,
  ExportOptions,
} from './conversation.ts'
export { type Renderer, textRenderers } from './renderers.ts'
export { documentRoutes } from './routes.ts'
export { createDocuments, type Documents } from './service.ts'
export type { SubtitleLimits } from './subtitles/limits.ts'
export { type Cue, type SubtitleOptions, subtitles } from './subtitles.ts'
