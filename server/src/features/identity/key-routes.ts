import { createKey, listKeys, renewKey, revokeKey } from '@mina/contract'
import { serve } from '../../access/route.ts'
import { Refusal } from '../../platform/refusal.ts'
import type { IdentityParts } from './parts.ts'
import { presentKey } from './present.ts'

const unknown = () => new Refusal('not_found', 'There is no such key.')

/** Keys as the settings page manages them. */
export const keyRoutes = ({ keys, audit }: IdentityParts) => [
  serve(listKeys, async ({ principal }) => ({ items: (await keys.list(principal.userId)).map(presentKey) })),
  serve(createKey, async ({ principal, body, request }) => {
    const { row, secret } = await keys.create(principal.userId, body.name, body.expires_in_days)
    await audit.record({ action: 'key_create', actorId: principal.userId, subjectId: row.id, ip: request.ip })
    return { key: presentKey(row), api_key: secret }
  }),
  serve(renewKey, async ({ principal, params }) => {
    const row = await keys.renew(principal.userId, params.id)
    if (!row) throw unknown()
    return { key: presentKey(row) }
  }),
  serve(revokeKey, async ({ principal, params, request }) => {
    if (!(await keys.revoke(principal.userId, params.id))) throw unknown()
    await audit.record({ action: 'key_revoke', actorId: principal.userId, subjectId: params.id, ip: request.ip })
    return {}
  }),
]
