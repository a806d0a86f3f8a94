import { useEffect, useRef, useState } from 'react'
import type { Link, Message } from '../../live/index.ts'
import { openLink } from './session.ts'

/** The line is opened with the page, so that recording begins at once; a recording takes it over. */
export function useLine() {
  const line = useRef<Link>(undefined)
  const taken = useRef(false)
  const [hello, setHello] = useState<Message<'hello'>>()
  useEffect(() => {
    const link = openLink()
    line.current = link
    taken.current = false
    const stop = link.on('hello', setHello)
    return () => {
      stop()
      if (!taken.current) link.close()
    }
  }, [])
  return {
    hello,
    take() {
      taken.current = true
      return line.current ?? openLink()
    },
    /** It was not needed after all: no sound came. */
    giveBack() {
      taken.current = false
    },
  }
}

/** What is offered before the server has said more: what people here speak most. */
const usual = ['en', 'it', 'de', 'fr', 'es', 'pt', 'nl', 'pl', 'ru', 'uk', 'tr', 'ar', 'hi', 'ja', 'ko', 'zh']

/** The languages that some engine (or the one that is chosen) understands live. */
export function languagesOf(hello: Message<'hello'> | undefined, engine: string) {
  const engines = hello?.engines.filter((it) => !engine || it.name === engine) ?? []
  const listed = engines.flatMap((it) => (it.languages === 'any' ? usual : it.languages))
  return [...new Set(listed.length ? listed : usual)]
}
