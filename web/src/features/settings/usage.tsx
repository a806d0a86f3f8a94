import { getUsage } from '@mina/contract'
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import type { ReactNode } from 'react'
import { call } from '../../api/call.ts'
import { useEngineName } from '../../app/engine-names.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart } from '../../ui/states.tsx'
import { Chart, lastDays } from './chart.tsx'
import { settingsMessages } from './messages/index.ts'
import { Section } from './section.tsx'
import { byEngine } from './services.ts'

const span = 30
const dayOf = (at: Date) => at.toISOString().slice(0, 10)

export const usageQuery = {
  queryKey: ['settings', 'usage'],
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    call(getUsage, { query: { from: dayOf(new Date(Date.now() - (span - 1) * 86_400_000)), limit: 1 }, signal }),
}

function Figure({ name, children, of }: { name: string; children: ReactNode; of?: string | undefined }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children} {of && <small>{of}</small>}
      </dd>
    </div>
  )
}

function save(rows: readonly (string | number)[][]) {
  const text = rows.map((row) => row.join(',')).join('\r\n')
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }))
  link.download = `mina-usage-${dayOf(new Date())}.csv`
  link.click()
  URL.revokeObjectURL(link.href)
}

export function Usage() {
  const words = useWords(settingsMessages)
  const say = useFormats()
  const engineName = useEngineName()
  const { data, isPending, error, refetch } = useQuery(usageQuery)
  const known = data?.by_day.map((it) => ({ day: it.day.slice(0, 10), minutes: it.audio_seconds / 60 })) ?? []
  const days = lastDays(known, span, new Date())
  // Whole minutes, as they are counted against the quota; seconds would differ by what was rounded on the way.
  const time = (minutes: number) => say.duration((minutes > 0 ? Math.max(1, Math.round(minutes)) : 0) * 60_000)
  const of = (most: string | null) => (most === null ? undefined : words('usage.of', { most }))
  return (
    <Section
      title={words('part.usage')}
      lead={words('usage.lead')}
      action={
        data && (
          <Button
            look="line"
            icon={Download}
            onClick={() =>
              save([
                ['day', 'requests', 'audio_seconds', 'cost_usd'],
                ...data.by_day.map((it) => [it.day, it.requests, it.audio_seconds, it.cost_usd]),
              ])
            }
          >
            {words('usage.csv')}
          </Button>
        )
      }
    >
      {isPending && <Skeleton lines={5} />}
      {error && <FailedPart failure={error} retry={() => void refetch()} />}
      {data && (
        <>
          <dl className="figs">
            <Figure name={words('usage.today')}>{time(days.at(-1)?.minutes ?? 0)}</Figure>
            <Figure name={words('usage.thirty')}>{time(data.totals.audio_seconds / 60)}</Figure>
            <Figure name={words('usage.month')} of={of(data.quota.minutes === null ? null : time(data.quota.minutes))}>
              {time(data.month.audio_minutes_month)}
            </Figure>
            <Figure
              name={words('usage.space')}
              of={of(data.quota.storage_gb === null ? null : say.size(data.quota.storage_gb * 1e9))}
            >
              {say.size(data.storage_bytes)}
            </Figure>
            {data.totals.cost_usd > 0 && (
              <Figure name={words('usage.cost')}>{`$${data.totals.cost_usd.toFixed(2)}`}</Figure>
            )}
          </dl>
          <Chart days={days} />
          {data.by_service.length > 0 && (
            <table className="services">
              <caption className="vh">{words('usage.services')}</caption>
              <tbody>
                {byEngine(data.by_service, engineName).map((it) => (
                  <tr key={it.service}>
                    <td>{it.service}</td>
                    <td className="muted">{words('usage.requests', { count: it.requests })}</td>
                    <td className="num">{it.audio_seconds > 0 && time(it.audio_seconds / 60)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </>
      )}
    </Section>
  )
}
