/** Engines count speakers from 0, or from A; people see the same names whichever engine it was. */
export function speakerName(label: number | string): string {
  if (typeof label === 'number') return `Speaker ${label + 1}`
  return /^[A-Z]$/.test(label) ? speakerName(label.charCodeAt(0) - 65) : label
}
