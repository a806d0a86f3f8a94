import { useFormats, useWords } from '../../i18n/index.ts'
import { settingsMessages } from './messages/index.ts'

export interface Day {
  /** 2026-11-21 */
  day: string
  minutes: number
}

const wide = 720
const left = 40
const bottom = 140
const top = 8

/** A scale that ends on a round number a little above the highest. */
export function scale(most: number) {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
  const step = steps.find((it) => it * 3 >= most) ?? Math.ceil(most / 3 / 1000) * 1000
  return [0, step, step * 2, step * 3]
}

/** The last days up to today, also those on which nothing was. */
export function lastDays(known: readonly Day[], count: number, today: Date): Day[] {
  const minutes = new Map(known.map((it) => [it.day, it.minutes]))
  return Array.from({ length: count }, (_, at) => {
    const day = new Date(today.getTime() - (count - 1 - at) * 86_400_000).toISOString().slice(0, 10)
    return { day, minutes: minutes.get(day) ?? 0 }
  })
}

export function Chart({ days }: { days: readonly Day[] }) {
  const words = useWords(settingsMessages)
  const say = useFormats()
  const most = Math.max(0, ...days.map((it) => it.minutes))
  const lines = scale(most)
  const end = lines.at(-1) ?? 1
  const y = (minutes: number) => bottom - (minutes / end) * (bottom - top)
  const slot = (wide - left) / days.length
  const short = (day: string) => say.date(`${day}T12:00:00Z`).replace(/^\S+ /, '')
  const time = (minutes: number) => say.duration(minutes * 60_000)
  const label = words('usage.chart', { most: time(most), today: time(days.at(-1)?.minutes ?? 0) })
  return (
    <svg className="chart" viewBox={`0 0 ${wide} 166`} role="img" aria-label={label}>
      {lines.map((it) => (
        <g key={it}>
          <path className="grid" d={`M${left} ${y(it)}H${wide}`} />
          <text x={left - 10} y={y(it) + 4} textAnchor="end">
            {say.number(it)}
          </text>
        </g>
      ))}
      {days.map((it, at) =>
        it.minutes > 0 ? (
          <rect
            key={it.day}
            className={at === days.length - 1 ? 'bar today' : 'bar'}
            x={left + at * slot}
            y={Math.min(y(it.minutes), bottom - 2)}
            width={slot * 0.62}
            height={Math.max(2, bottom - y(it.minutes))}
            rx="2.5"
          >
            <title>{words('usage.bar', { date: short(it.day), time: time(it.minutes) })}</title>
          </rect>
        ) : null,
      )}
      <text x={left} y="162">
        {short(days[0]?.day ?? '')}
      </text>
      <text x={wide - 4} y="162" textAnchor="end">
        {words('usage.now')}
      </text>
    </svg>
  )
}
