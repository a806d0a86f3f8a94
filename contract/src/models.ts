import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Nothing } from './shapes.ts'

const admin = { family: 'app', permission: 'admin:manage', refuses: ['key', 'static'] } as const
const path = '/api/admin/models'
const Named = z.object({ name: z.string().max(60) })

export const Model = z
  .object({
    name: z.string(),
    title: z.string(),
    role: z.enum(['recognition', 'segmentation', 'embedding', 'punctuation']),
    /** Null: any language. */
    languages: z.array(z.string()).nullable(),
    licence: z.string(),
    state: z.enum(['built_in', 'installed', 'absent', 'installing']),
    /** Somebody laid it there by hand: Mina uses it and does not remove it. */
    by_hand: z.boolean(),
    download_bytes: z.number().nullable(),
    disk_bytes: z.number().nullable(),
    /** Seconds of sound in a second, with every core of this machine; null until it is measured. */
    speed: z.number().nullable(),
    measuring: z.boolean(),
    progress: z.object({ bytes: z.number(), total: z.number().nullable(), left_s: z.int().nullable() }).nullable(),
    /** Why the last attempt to install or to measure it failed. */
    failure: z.string().nullable(),
  })
  .meta({ id: 'Model' })
export type Model = z.output<typeof Model>

export const listModels = endpoint({
  ...admin,
  method: 'GET',
  path,
  summary: 'Speech models: what is here, how large, how fast on this machine, what can be fetched',
  answer: z.object({ items: z.array(Model) }),
})

export const installModel = endpoint({
  ...admin,
  method: 'POST',
  path: `${path}/:name`,
  summary: 'Fetch a model in the background; the list tells how far it is',
  params: Named,
  answer: Nothing,
  errors: ['not_found', 'conflict'],
})

export const measureModel = endpoint({
  ...admin,
  method: 'POST',
  path: `${path}/:name/speed`,
  summary: 'Measure in the background how fast a model is on this machine',
  params: Named,
  answer: Nothing,
  errors: ['not_found', 'conflict'],
})

export const removeModel = endpoint({
  ...admin,
  method: 'DELETE',
  path: `${path}/:name`,
  summary: 'Remove a fetched model, or stop fetching it',
  params: Named,
  answer: Nothing,
  errors: ['not_found', 'conflict'],
})
