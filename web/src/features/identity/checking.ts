import { useEffect, useRef, useState } from 'react'

/** A form shows what is wrong with it once it was sent, and then takes the person to the first such field. */
export function useChecking() {
  const form = useRef<HTMLFormElement>(null)
  const [tries, setTries] = useState(0)
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [tries])
  return { form, checked: tries > 0, check: () => setTries((it) => it + 1), settle: () => setTries(0) }
}
