import { useSyncExternalStore } from 'react'

let current: string | undefined
const listeners = new Set<() => void>()

/** Where a person's day begins, as their profile says; undefined, where nobody is signed in, is where the browser is. */
export const timeZone = () => current

export function setTimeZone(to: string | undefined) {
  if (to === current || !isKnown(to)) return
  current = to
  for (const listener of listeners) listener()
}

/** The server may know zones that this browser does not. */
function isKnown(zone: string | undefined) {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export const useTimeZone = () => useSyncExternalStore(subscribe, timeZone)

const calendars = new Map<string | undefined, Intl.DateTimeFormat>()

/** What the calendar and the clock on the wall say there: 2026-11-21 09:30:00. */
function wall(at: Date, zone: string | undefined) {
  const format =
    calendars.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  calendars.set(zone, format)
  return format.format(at)
}

/** The day there, such as 2026-11-21. */
export const dayIn = (zone: string | undefined, at: Date) => wall(at, zone).slice(0, 10)

/** When a day begins there; `later` counts days from it. */
export function startOfDay(zone: string | undefined, day: string, later = 0): Date {
  const wanted = Date.parse(`${day}T00:00:00Z`) + later * 86_400_000
  const ahead = (at: number) => Date.parse(`${wall(new Date(at), zone).replace(' ', 'T')}Z`) - at
  // Looked at twice: in between the clocks may have been changed.
  return new Date(wanted - ahead(wanted - ahead(wanted)))
}
