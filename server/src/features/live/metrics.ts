import { counter, gauge, histogram } from '../../platform/metrics.ts'

export const sessionsRunning = gauge('mina_live_sessions', 'Live sessions that run in this process.')
export const recogniserLag = gauge('mina_live_lag_ms', 'How far the slowest recogniser is behind its audio.')
export const chunksKept = counter('mina_live_chunks_total', 'Chunks of live audio kept.')
export const chunksDuplicated = counter('mina_live_duplicates_total', 'Chunks that were kept already.')
export const gapsSeen = counter('mina_live_gaps_total', 'Times a chunk was missing and asked for again.')
counter('mina_live_dropped_total', 'Acknowledged chunks that were lost. Always 0.')
export const streamsBroken = counter('mina_live_streams_broken_total', 'Live recognitions that broke and began again.')
export const ackSeconds = histogram(
  'mina_live_ack_seconds',
  'From the arrival of a chunk to its acknowledgement.',
  [0.002, 0.005, 0.01, 0.05, 0.2, 1, 5],
)
const latency = [0.1, 0.2, 0.4, 0.7, 1, 2, 5, 15, 60]
export const interimSeconds = histogram(
  'mina_live_interim_seconds',
  'Age of the newest sound in an interim caption when it is told.',
  latency,
)
export const finalSeconds = histogram(
  'mina_live_final_seconds',
  'From the end of speech to its saved final caption.',
  latency,
)
