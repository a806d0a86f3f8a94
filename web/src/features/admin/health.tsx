import { systemHealth } from '@mina/contract'
import { useQuery } from '@tanstack/react-query'
import { call } from '../../api/call.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { ListRow } from '../../ui/list-row.tsx'
import { SkeletonRows } from '../../ui/skeleton.tsx'
import { Badge, FailedPart } from '../../ui/states.tsx'
import { adminMessages } from './messages/index.ts'

const kinds = { ok: 'good', off: '', degraded: 'warn', down: 'warn' } as const

export function Health() {
  const words = useWords(adminMessages)
  const say = useFormats()
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['admin', 'health'],
    queryFn: ({ signal }) => call(systemHealth, { signal }),
    refetchInterval: ({ state }) => (state.error ? false : 10_000),
  })
  if (isPending) return <SkeletonRows rows={4} />
  if (error) return <FailedPart failure={error} retry={() => void refetch()} />
  const { storage } = data
  const room = [
    words('health.used', { size: say.size(storage.used_bytes) }),
    storage.free_bytes !== null && words('health.free', { size: say.size(storage.free_bytes) }),
  ].filter(Boolean)
  return (
    <>
      <p className="muted">
        {words('health.lead', { version: data.version, time: say.duration(data.uptime_s * 1000) })} {room.join(', ')}.
      </p>
      <ul className="health mt-4">
        {data.checks.map((it) => (
          <li key={it.name}>
            <ListRow
              lead={it.name}
              sub={it.detail}
              end={<Badge kind={kinds[it.state]}>{words(`state.${it.state}`)}</Badge>}
            />
          </li>
        ))}
      </ul>
    </>
  )
}
