import { useEffect, useRef } from 'react'
import { useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'

const floor = -60
const share = (db: number) => Math.max(0, Math.min(100, ((db - floor) / -floor) * 100))

/** Loudness of 0..1 as decibels below full scale. */
export const decibels = (level: number) => Math.max(floor, level > 0 ? 20 * Math.log10(level) : floor)

/**
 * Follows a level ten times a second without drawing React anew. Its value is told to assistive technology once a second
 * at most; the peak falls slowly, as on a tape recorder.
 */
export function Meter({ subscribe }: { subscribe: (listener: (level: number) => void) => () => void }) {
  const words = useWords(shell)
  const meter = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let peak = floor
    let told = 0
    return subscribe((level) => {
      const it = meter.current
      if (!it) return
      const db = decibels(level)
      peak = Math.max(db, peak - 1)
      it.style.setProperty('--level', `${share(db)}%`)
      it.style.setProperty('--peak', `${share(peak)}%`)
      const now = performance.now()
      if (now - told < 1000) return
      told = now
      it.setAttribute('aria-valuenow', String(Math.round(db)))
      it.setAttribute('aria-valuetext', words('meter.value', { level: Math.round(db) }))
    })
  }, [subscribe, words])
  return (
    <div
      ref={meter}
      className="meter"
      role="meter"
      aria-label={words('meter.label')}
      aria-valuemin={floor}
      aria-valuemax={0}
      aria-valuenow={floor}
    >
      <i />
      <b />
    </div>
  )
}
