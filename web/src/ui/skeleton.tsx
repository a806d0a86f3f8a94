const widths = ['62%', '84%', '45%', '73%', '56%']

/** Shown after 300 ms only (by style), so that a quick answer never flickers. Decoration: the waiting part says so itself. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
  return (
    <div className="late grid gap-3" aria-hidden="true">
      {Array.from({ length: lines }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey lines have no other identity
        <span key={at} className="skeleton" style={{ width: widths[at % widths.length] }} />
      ))}
    </div>
  )
}

/** In the shape of library rows: nothing jumps when the real ones come. */
export function SkeletonRows({ rows = 6 }: { rows?: number }) {
  return (
    <div className="late" aria-hidden="true">
      {Array.from({ length: rows }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: grey rows have no other identity
        <div key={at} className="list-row">
          <span className="skeleton" style={{ width: '36px' }} />
          <span className="grow grid gap-2">
            <span className="skeleton" style={{ width: widths[at % widths.length] }} />
            <span className="skeleton" style={{ width: widths[(at + 1) % widths.length], height: '.8em' }} />
          </span>
          <span className="skeleton disc" />
          <span className="skeleton" style={{ width: '40px' }} />
        </div>
      ))}
    </div>
  )
}
