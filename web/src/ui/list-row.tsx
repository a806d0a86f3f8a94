import type { ReactNode } from 'react'

/** One line of a list: what it is, what is known about it, what can be done. Lists of rows, not tables. */
export function ListRow({
  before,
  lead,
  sub,
  end,
}: {
  before?: ReactNode
  lead: ReactNode
  sub?: ReactNode
  end?: ReactNode
}) {
  return (
    <div className="list-row">
      {before}
      <span className="grow">
        <span className="lead" dir="auto">
          {lead}
        </span>
        {sub && (
          <span className="sub" dir="auto">
            {sub}
          </span>
        )}
      </span>
      {end && <span className="end">{end}</span>}
    </div>
  )
}
