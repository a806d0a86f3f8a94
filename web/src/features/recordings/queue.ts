import { useSyncExternalStore } from 'react'
import { isApiError } from '../../api/failure.ts'
import { reportWaiting } from '../../app/saving.ts'
import { queries } from '../../app/session.ts'
import { observable } from '../../live/observable.ts'
import { type Sending, send, type Wishes } from './send.ts'
import { speedometer } from './speed.ts'

export interface Item {
  key: string
  name: string
  size: number
  state: 'waiting' | 'sending' | 'paused' | 'failed' | 'sent'
  sent: number
  /** Bytes a second, once it is known. */
  speed: number | null
  failure?: unknown
  id?: string
}

interface Held {
  file: File
  wishes: Wishes
  sending?: Sending
}

const atOnce = 2
const items = observable<readonly Item[]>([])
const held = new Map<string, Held>()

export const useUploads = () => useSyncExternalStore(items.subscribe, items.get)

function change(key: string, with_: Partial<Item>) {
  items.set(items.get().map((it) => (it.key === key ? { ...it, ...with_ } : it)))
  reportWaiting('upload', items.get().filter((it) => it.state === 'sending' || it.state === 'waiting').length)
}
const find = (key: string) => items.get().find((it) => it.key === key)

async function begin(key: string) {
  const mine = held.get(key)
  if (!mine) return
  const measure = speedometer()
  change(key, { state: 'sending', failure: undefined, speed: null })
  const report = (sent: number) => {
    if (find(key)?.state === 'sending') change(key, { sent, speed: measure(sent) })
  }
  try {
    const sending = await send(mine.file, mine.wishes, report)
    mine.sending = sending
    // It was paused or taken off while the way was being opened.
    if (find(key)?.state !== 'sending') sending.stop()
    const id = await sending.done
    change(key, { id, state: 'sent', sent: mine.file.size })
    held.delete(key)
    void queries.invalidateQueries({ queryKey: ['library'] })
  } catch (failure) {
    if (find(key)?.state === 'sending') change(key, { state: 'failed', failure, speed: null })
  } finally {
    next()
  }
}

function next() {
  const busy = items.get().filter((it) => it.state === 'sending').length
  const turn = items.get().filter((it) => it.state === 'waiting')
  for (const it of turn.slice(0, Math.max(0, atOnce - busy))) void begin(it.key)
}

export function addFiles(files: Iterable<File>, wishes: Wishes) {
  const more = [...files].map((file): Item => {
    const key = crypto.randomUUID()
    held.set(key, { file, wishes })
    return {
      key,
      name: file.name,
      size: file.size,
      state: file.size ? 'waiting' : 'failed',
      sent: 0,
      speed: null,
    }
  })
  items.set([...items.get(), ...more])
  next()
}

export function pause(key: string) {
  change(key, { state: 'paused', speed: null })
  held.get(key)?.sending?.stop()
  next()
}

export function resume(key: string) {
  change(key, { state: 'waiting' })
  next()
}

export function remove(key: string) {
  held.get(key)?.sending?.drop()
  held.delete(key)
  items.set(items.get().filter((it) => it.key !== key))
  change(key, {})
  next()
}

export const clearSent = () => items.set(items.get().filter((it) => it.state !== 'sent'))

// What only the lost connection stopped goes on by itself.
addEventListener('online', () => {
  for (const it of items.get()) if (it.state === 'failed' && isApiError(it.failure, 'offline')) resume(it.key)
})
