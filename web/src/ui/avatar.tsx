import { useFormats } from '../i18n/index.ts'

/** Eight hues; 0 is a voice without a name. */
export type Hue = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** The nth speaker of a conversation keeps the nth hue. */
export const hueOf = (place: number) => (place < 0 ? 0 : (place % 8) + 1) as Hue

export const hueClass = (hue: Hue) => `p${hue}`

/** The first letter or sign that a person would see, in any script; titles such as "Prof." do not count. */
export function initial(name: string) {
  const word =
    name
      .trim()
      .split(/\s+/)
      .find((it) => !/^\p{L}{1,5}\.$/u.test(it)) ?? name.trim()
  const first = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(word)][0]?.segment ?? '?'
  return first.toLocaleUpperCase()
}

/** A person is a disc with an initial, told apart by letter as well as hue; the name stands beside it or is its label. */
export function Avatar({ name, hue, large }: { name: string; hue: Hue; large?: boolean }) {
  return (
    <span className={`who ${hueClass(hue)} ${large ? 'large' : ''}`} aria-hidden="true">
      {initial(name)}
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
