import { keyNames } from './shortcuts.ts'

/** The keys as they are printed on a keyboard. */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="keys">
      {keyNames(keys).map((it) => (
        <kbd key={it}>{it}</kbd>
      ))}
    </span>
  )
}
