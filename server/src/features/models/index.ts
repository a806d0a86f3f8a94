import { installModel, listModels, measureModel, removeModel } from '@mina/contract'
import type { Audit } from '../../access/audit.ts'
import { serve } from '../../access/route.ts'
import { type ModelsOptions, modelService } from './service.ts'

/** The models of the built-in speech engine, for whoever runs this installation. */
export function createModels({ audit, ...options }: ModelsOptions & { audit: Audit }) {
  const models = modelService(options)
  const told = (actorId: string, model: string, done: string) =>
    audit.record({ action: 'admin_change', actorId, subjectId: model, details: { model, done } })
  return {
    routes: [
      serve(listModels, async () => ({ items: await models.list() })),
      serve(installModel, async ({ principal, params: { name } }) => {
        models.install(name)
        await told(principal.userId, name, 'install')
        return {}
      }),
      serve(measureModel, async ({ params: { name } }) => {
        models.measure(name)
        return {}
      }),
      serve(removeModel, async ({ principal, params: { name } }) => {
        await models.remove(name)
        await told(principal.userId, name, 'remove')
        return {}
      }),
    ],
    close: models.close,
  }
}
