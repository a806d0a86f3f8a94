import { deleteConversation, uploadLink } from '@mina/contract'
import { useSyncExternalStore } from 'react'
import { call } from '../../api/call.ts'
import { isApiError } from '../../api/failure.ts'
import { reportFiles } from '../../app/saving.ts'
import { beforeSignOut, queries } from '../../app/session.ts'
import { observable } from '../../live/observable.ts'
import { forgetUploads, keptUploads } from './kept-uploads.ts'
import { dropKept, type Sending, send, type Wishes } from './send.ts'
import { speedometer } from './speed.ts'

export interface Item {
  key: string
  kind: 'file' | 'link'
  name: string
  /** Of a file; what a link leads to is fetched by the server. */
  size: number
  /** `interrupted`: an earlier page began to send it; the file has to be chosen again. */
  state: 'waiting' | 'sending' | 'paused' | 'failed' | 'interrupted' | 'sent'
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

type Kept = Awaited<ReturnType<typeof keptUploads.findAllUploads>>[number]

const atOnce = 2
/** Held by a tab that sends: what it keeps is not interrupted. */
const lock = 'mina-uploads'
const items = observable<readonly Item[]>([])
const held = new Map<string, Held>()
const links = new Map<string, Wishes>()
const interrupted = new Map<string, Kept>()
let looked = false

export const useUploads = () => useSyncExternalStore(items.subscribe, items.get)

function keep(next: readonly Item[]) {
  items.set(next)
  reportFiles(next.filter((it) => it.state === 'sending' || it.state === 'waiting').length)
}
const change = (key: string, with_: Partial<Item>) =>
  keep(items.get().map((it) => (it.key === key ? { ...it, ...with_ } : it)))
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

let holding = false
/** Until the page is closed. */
function hold() {
  if (holding || !('locks' in navigator)) return
  holding = true
  void navigator.locks.request(lock, { mode: 'shared' }, () => new Promise(() => undefined))
}

const isOf = (file: File) => (it: Item) => it.state === 'interrupted' && it.name === file.name && it.size === file.size

export function addFiles(files: Iterable<File>, wishes: Wishes) {
  hold()
  for (const file of files) {
    const key = crypto.randomUUID()
    held.set(key, { file, wishes })
    const again = items.get().find(isOf(file))
    if (again) interrupted.delete(again.key)
    const state = file.size ? 'waiting' : 'failed'
    const row: Item = { key, kind: 'file', name: file.name, size: file.size, state, sent: 0, speed: null }
    keep([...items.get().filter((it) => it !== again), row])
  }
  next()
}

/** The server fetches it: from here on it is followed like a file that has arrived. */
export async function addLink(url: string, wishes: Wishes) {
  const { id } = await call(uploadLink, { body: { url, ...wishes } })
  const row: Item = { key: id, kind: 'link', name: url, size: 0, state: 'sent', sent: 0, speed: null, id }
  links.set(id, wishes)
  keep([...items.get(), row])
  void queries.invalidateQueries({ queryKey: ['library'] })
}

/** What could not be fetched left an empty conversation: the new one takes its place. */
export async function fetchAgain(key: string) {
  const before = find(key)
  if (!before?.id) return
  const { id } = await call(uploadLink, { body: { url: before.name, ...links.get(key) } })
  change(key, { id })
  await call(deleteConversation, { params: { id: before.id }, query: {} })
  void queries.invalidateQueries({ queryKey: ['library'] })
}

/** Shows what an earlier page could not send to its end, once. */
export async function showInterrupted() {
  if (looked) return
  looked = true
  const others = 'locks' in navigator ? await navigator.locks.query() : { held: [] }
  if (others.held?.some((it) => it.name === lock)) return
  const rows = (await keptUploads.findAllUploads()).map((kept): Item => {
    interrupted.set(kept.urlStorageKey, kept)
    const name = kept.metadata.filename ?? ''
    const size = kept.size ?? 0
    return { key: kept.urlStorageKey, kind: 'file', name, size, state: 'interrupted', sent: 0, speed: null }
  })
  if (rows.length) keep([...rows, ...items.get()])
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
  const kept = interrupted.get(key)
  if (kept) void dropKept(kept)
  interrupted.delete(key)
  links.delete(key)
  keep(items.get().filter((it) => it.key !== key))
  next()
}

export const clearSent = () => keep(items.get().filter((it) => it.state !== 'sent'))

// What only the lost connection stopped goes on by itself.
addEventListener('online', () => {
  for (const it of items.get()) if (it.state === 'failed' && isApiError(it.failure, 'offline')) resume(it.key)
})

// Names and files are the person's who leaves: nothing of them stays, nothing more is sent.
beforeSignOut(() => {
  const all = [...held.values()]
  held.clear()
  links.clear()
  interrupted.clear()
  keep([])
  for (const { sending } of all) sending?.stop()
  forgetUploads()
  looked = false
})
