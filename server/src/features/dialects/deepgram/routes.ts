import { deepgramListen, deepgramProject, deepgramProjects } from '@mina/contract'
import { serve } from '../../../access/route.ts'
import { Refusal } from '../../../platform/refusal.ts'
import type { Hearing, Links } from '../../transcriptions/index.ts'
import type { Models } from '../models.ts'
import { listenAnswer } from './answer.ts'
import type { Callbacks } from './callback.ts'
import { sourceOf, wishOf } from './listen.ts'
import { listenOptions } from './options.ts'

export interface DeepgramParts {
  hearing: Hearing
  links: Links
  models: Models
  callbacks: Pick<Callbacks, 'take'>
  now: () => Date
}

/** Each account is one project: there is nothing more to manage in Mina. */
const projectOf = (userId: string) => ({ project_id: userId, name: 'Mina' })

export function deepgramRoutes({ hearing, links, models, callbacks, now }: DeepgramParts) {
  return [
    serve(deepgramListen, async ({ query, body, files, principal, request, reply }) => {
      const request_id = request.id
      reply.header('dg-request-id', request_id)
      const options = listenOptions(query, models)
      const { signal, ip, userAgent } = request
      const { userId, plan, keyId } = principal
      const caller = { principal: { userId, plan, keyId }, request: { ip, userAgent }, endpoint: deepgramListen.path }
      const source = await sourceOf(body, files, links, signal)
      try {
        const { sha256 } = source
        const created = now().toISOString()
        const accepted = await hearing.accept(source.recording ?? source.path, wishOf(options), caller, { signal })
        if (options.callback) {
          const ending = accepted.recording.name.split('.').at(-1) ?? 'bin'
          const { reservation } = accepted
          await callbacks.take(source.path, ending, { request_id, created, sha256, caller, reservation, options })
          return { request_id }
        }
        const transcript = await accepted.run(signal)
        const { channels } = accepted.recording
        return listenAnswer({ request_id, created, sha256, transcript, channels, options })
      } finally {
        await source.release()
      }
    }),
    serve(deepgramProjects, async ({ principal }) => ({ projects: [projectOf(principal.userId)] })),
    serve(deepgramProject, async ({ principal, params }) => {
      if (params.project_id !== principal.userId) throw new Refusal('not_found', 'Project not found.')
      return projectOf(principal.userId)
    }),
  ]
}
