import { z } from 'zod'
import { endpoint } from './endpoint.ts'

const open = { family: 'operations', method: 'GET', permission: 'public', rate: 'none' } as const

export const health = endpoint({
  ...open,
  path: '/health',
  summary: 'Is the service there',
  answer: z.object({
    status: z.literal('healthy'),
    service: z.literal('Audio Transcription API'),
    version: z.string(),
  }),
})

export const healthz = endpoint({ ...open, path: '/healthz', summary: 'Alive, in two letters', answer: 'any' })

export const readyz = endpoint({
  ...open,
  path: '/readyz',
  summary: 'Ready to work; 503 names what is down',
  answer: 'any',
})

export const metrics = endpoint({
  ...open,
  path: '/metrics',
  summary: 'Prometheus metrics, for the bearer of METRICS_TOKEN or a peer on this machine',
  answer: 'any',
  errors: ['not_found'],
})
