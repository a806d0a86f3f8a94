import { type Hue, initialOf } from '@mina/contract'
import { useFormats } from '../i18n/index.ts'

export const hueClass = (hue: Hue) => `p${hue}`

/** A person is a disc with an initial, told apart by letter as well as hue; the name stands beside it or is its label. */
export function Avatar({ name, hue, large }: { name: string; hue: Hue; large?: boolean }) {
  return (
    <span className={`who ${hueClass(hue)} ${large ? 'large' : ''}`} aria-hidden="true">
      {initialOf(name)}
    </span>
  )
}

/** A few of them, overlapping; the others as a number. */
export function Avatars({ people, most = 4 }: { people: { name: string; hue: Hue }[]; most?: number }) {
  const say = useFormats()
  if (!people.length) return null
  const shown = people.length > most ? people.slice(0, most - 1) : people
  return (
    <span className="whos" role="img" aria-label={say.list(people.map((it) => it.name))}>
      {shown.map((it) => (
        <Avatar key={`${it.hue} ${it.name}`} {...it} />
      ))}
      {people.length > shown.length && (
        <span className="who p0" aria-hidden="true">
          +{people.length - shown.length}
        </span>
      )}
    </span>
  )
}
