import { me, updateConversation } from '@mina/contract'
import { useSyncExternalStore } from 'react'
import { call } from '../../api/call.ts'
import { named } from '../../app/named.ts'
import { beforeSignOut, queries, sessionQuery } from '../../app/session.ts'
import {
  alone,
  type Capture,
  capture,
  indexedStore,
  keepAwake,
  type Link,
  type Mark,
  newRecording,
  type Origin,
  observable,
  type Recorder,
  type RecorderState,
  type Recording,
  recorder,
  type Source,
  socketLink,
} from '../../live/index.ts'
import { nothingSaid, type Said, withFinals } from './captions.ts'
import { type Levels, levels } from './levels.ts'
import { newMark, sendMarks, settleMarks, withPassages } from './marks.ts'
import { openedNow } from './opened.ts'

export const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
export const openLink = () => socketLink({ renew: () => call(me) })
export const userId = () => queries.getQueryData(sessionQuery.queryKey)?.id ?? ''

export interface Wish {
  source: Source
  device?: string | undefined
  language?: string | undefined
  provider?: string | undefined
  title?: string | undefined
  /** An interrupted recording that goes on. */
  goOn?: Recording | undefined
}

/** A note that was begun and not kept yet. */
export interface Draft {
  at_ms: number
  text: string
  isTask: boolean
}

export interface Shown {
  state: RecorderState
  said: Said
  marks: readonly Mark[]
  draft: Draft | undefined
  title: string
  engine: string | undefined
  /** What the server says of this recording that the person should know. */
  warning: string | undefined
  /** What stopped sounding by itself: unplugged, taken by a call, or sharing was ended. */
  lost: Origin | undefined
  awake: boolean
  stopping: boolean
}

export interface Session {
  id: string
  source: Source
  levels: Levels
  shown: () => Shown
  subscribe: (listener: () => void) => () => void
  pause: () => Promise<void>
  resume: () => Promise<void>
  highlight: () => void
  /** What is being written; leaving it unfinished loses nothing, and stopping keeps it as a note. */
  draft: (it: Draft | undefined) => void
  keepDraft: () => void
  rename: (title: string) => void
  chooseMicrophone: (device: string) => Promise<void>
  /** Opens what was lost once more. */
  listenAgain: () => Promise<void>
  stop: () => Promise<string>
  retry: () => void
}

const running = observable<Session | undefined>(undefined)
export const useSession = () => useSyncExternalStore(running.subscribe, running.get)
export const useShown = (session: Session) => useSyncExternalStore(session.subscribe, session.shown)
/** The page lets go of it; it is still sent in the background. */
export const letGo = () => running.set(undefined)

/** Listens to what the server says about a recording. */
function hear(link: Link, change: (with_: Partial<Shown>) => void, shown: () => Shown) {
  const mine = (id: string) => !shown().state.conversation_id || id === shown().state.conversation_id
  link.on('started', ({ engine }) => change({ engine }))
  link.on('interim', (it) => {
    if (!mine(it.conversation_id)) return
    const interim = { ...it, stable: it.stable_chars ?? 0 }
    change({ said: { ...shown().said, interim: it.text ? interim : undefined } })
  })
  link.on('final', (it) => {
    if (mine(it.conversation_id)) change({ said: withFinals(shown().said, [it]), warning: undefined })
  })
  link.on('error', ({ message }) => change({ warning: message }))
  // A gap is mended by sending again, without bothering anybody.
  link.on('warning', ({ code, message }) => code !== 'gap' && change({ warning: message }))
}

export async function begin(wish: Wish, link: Link): Promise<Session> {
  const recording: Recording = wish.goOn
    ? { ...wish.goOn, ended: false }
    : newRecording({
        user_id: userId(),
        title: wish.title?.trim() || undefined,
        language: wish.language,
        provider: wish.provider,
      })
  const loudness = levels()
  // Where it goes on, the place of each level is still its time.
  for (let at = 0; at < recording.recorded; at++) loudness.push(0)

  let keep: Recorder | undefined
  const early: Uint8Array<ArrayBuffer>[] = []
  // The sound first: it must follow the person's click, and without it there is nothing to begin.
  const sound: Capture = await capture({
    source: wish.source,
    ...(wish.device && { device: wish.device }),
    onFrame: ({ pcm, level }) => {
      loudness.push(level)
      if (keep) void keep.push(pcm)
      else early.push(pcm)
    },
    onLost: (lost) => change({ lost }),
  })
  const store = await indexedStore().catch(async (failure) => {
    await sound.stop()
    throw failure
  })
  const recording_ = recorder(recording, { store, link, wait, settle: settleMarks })
  keep = recording_
  for (const pcm of early) void recording_.push(pcm)
  const awake = await keepAwake()

  const shown = observable<Shown>({
    state: recording_.state(),
    said: nothingSaid,
    marks: recording.marks ?? [],
    draft: undefined,
    title: recording.title ?? '',
    engine: undefined,
    warning: undefined,
    lost: undefined,
    awake: awake.held(),
    stopping: false,
  })
  function change(with_: Partial<Shown>) {
    const before = shown.get()
    const next = { ...before, ...with_ }
    const marks = next.said === before.said ? next.marks : withPassages(next.marks, next.said)
    shown.set({ ...next, marks })
    if (marks !== before.marks) void recording_.setMarks([...marks]).then(deliver)
  }

  let delivering: Promise<void> | undefined
  const deliver = () => {
    delivering ??= deliverNow().finally(() => {
      delivering = undefined
    })
  }
  /** Marks whose words are known are kept at the server at once; the rest when the recording ends. */
  async function deliverNow() {
    const id = shown.get().state.conversation_id
    if (!id || shown.get().stopping) return
    try {
      const sent = await sendMarks(id, shown.get().marks)
      const done = new Set(sent.filter((it) => it.sent).map((it) => it.id))
      const marks = shown.get().marks.map((it) => (done.has(it.id) && !it.sent ? { ...it, sent: true } : it))
      shown.set({ ...shown.get(), marks })
      await recording_.setMarks([...marks])
    } catch {
      // Offline, or the server is busy: they are sent when the recording ends.
    }
  }

  hear(link, change, shown.get)
  let wantedTitle: string | undefined
  const rename = () => {
    const id = shown.get().state.conversation_id
    if (!id || wantedTitle === undefined) return
    const title = wantedTitle
    wantedTitle = undefined
    void call(updateConversation, { params: { id }, body: { title } }).catch(() => {
      wantedTitle ??= title
    })
  }
  /** Words that were said while the line was down, or before the page was loaded again. */
  async function catchUp(id: string) {
    const { segments, conversation } = await openedNow(id)
    change({
      said: withFinals(shown.get().said, segments),
      title: shown.get().title || named(conversation.title),
    })
  }
  let sending = false
  const unfollow = recording_.subscribe(() => {
    const state = recording_.state()
    const before = shown.get().state
    change({ state })
    if (state.conversation_id && !before.conversation_id) rename()
    const now = state.phase === 'sending'
    if (now && !sending && state.conversation_id) void catchUp(state.conversation_id).catch(() => undefined)
    sending = now
  })

  const over = Promise.withResolvers<void>()
  void alone(recording.id, () => over.promise)
  let stopping: Promise<string> | undefined
  const now_ms = () => shown.get().state.recorded_ms

  const session: Session = {
    id: recording.id,
    source: wish.source,
    levels: loudness,
    shown: shown.get,
    subscribe: shown.subscribe,
    async pause() {
      await sound.pause()
      recording_.pause()
    },
    async resume() {
      recording_.resume()
      await sound.resume()
    },
    highlight() {
      change({ marks: withPassages([...shown.get().marks, newMark('highlight', now_ms())], shown.get().said) })
    },
    draft: (draft) => change({ draft }),
    keepDraft() {
      const { draft, marks, said } = shown.get()
      const text = draft?.text.trim()
      if (!draft || !text) return change({ draft: undefined })
      const mark = newMark(draft.isTask ? 'task' : 'note', draft.at_ms, text)
      change({ draft: undefined, marks: withPassages([...marks, mark], said) })
    },
    rename(title) {
      wantedTitle = title.trim() || undefined
      change({ title: title.trim() })
      rename()
    },
    async chooseMicrophone(device) {
      await sound.chooseMicrophone(device)
      change({ lost: undefined })
    },
    async listenAgain() {
      await sound.again()
      change({ lost: undefined })
    },
    stop() {
      stopping ??= (async () => {
        session.keepDraft()
        change({ stopping: true })
        await sound.stop()
        await awake.release()
        await delivering
        const id = await recording_.finish().finally(() => {
          unfollow()
          recording_.close()
          stays()
          over.resolve()
        })
        rename()
        void queries.invalidateQueries({ queryKey: ['library'] })
        return id
      })()
      return stopping
    },
    retry: recording_.retry,
  }
  /** The sound is kept and ended; what can not be sent at once stays on this device for its owner. */
  const leave = async () => {
    const stopped = session.stop().catch(() => undefined)
    await Promise.race([stopped, wait(2000)])
    recording_.close()
    if (running.get() === session) letGo()
  }
  const stays = beforeSignOut(leave)
  running.set(session)
  return session
}
