import { CHUNK_MS, CHUNK_SAMPLES } from './framer.ts'
import type { Ack, Link } from './link.ts'
import type { Chunk, ChunkStore, Mark, Recording } from './store.ts'

/** In flight at once: five seconds of sound. */
const window = 50

export type Phase = 'connecting' | 'sending' | 'offline' | 'refused' | 'finishing' | 'done'

export interface RecorderState {
  phase: Phase
  paused: boolean
  conversation_id?: string
  /** Milliseconds recorded, and how much of it only this device has. */
  recorded_ms: number
  waiting_ms: number
  /** And of that, how much is in memory alone, because this device had no room for it. */
  unkept_ms: number
  /** Why the server does not take it. The sound stays on this device. */
  refusal?: { code: string; message: string }
}

export interface Recorder {
  state: () => RecorderState
  subscribe: (listener: () => void) => () => void
  /** Keeps a chunk here, then sends it. */
  push: (pcm: Chunk['pcm']) => Promise<void>
  pause: () => void
  resume: () => void
  /** Resolves with the conversation once the server has everything; offline that may be hours later. */
  finish: () => Promise<string>
  /** As they are now; kept on this device with the sound. */
  setMarks: (marks: Mark[]) => Promise<unknown>
  marks: () => readonly Mark[]
  /** After a refusal, or for one more try now. */
  retry: () => void
  /** Leaves the page: what is not acknowledged stays on this device. */
  close: () => void
}

interface Needs {
  store: ChunkStore
  link: Link
  wait: (ms: number) => Promise<void>
  /** What else must reach the server before this device may forget the recording. It is asked again while it fails. */
  settle?: (recording: Recording) => Promise<void>
}

const refused = (ack: object): ack is { ok: false; code: string; message: string } => 'ok' in ack && ack.ok === false

/** A refusal that time may mend; all others need a person. */
const passing = new Set(['rate_limited', 'unavailable', 'timeout', 'internal', 'full', 'slow'])

/**
 * Brings a recording to the server, whole: every chunk is first kept on this device, sent in order, and dropped only when
 * the server says that it is kept there. After any interruption it goes on from the lowest number that the server lacks.
 */
export function recorder(recording: Recording, { store, link, wait, settle }: Needs): Recorder {
  const mine = { ...recording }
  const listeners = new Set<() => void>()
  const finished = Promise.withResolvers<string>()
  // Nobody may be waiting for it; the failure is then told by the state alone.
  finished.promise.catch(() => undefined)
  let shown: RecorderState
  let phase: Phase = 'connecting'
  let paused = false
  let refusal: RecorderState['refusal']
  let connected = false
  let closed = false
  let running = false
  /** Counts connections: an answer that belongs to an older one is not heard. */
  let turn = 0
  let wake = Promise.withResolvers<void>()
  let saving: Promise<unknown> = Promise.resolve()

  /** What this device could not keep (its disk is full) is held in memory at least. */
  const held = new Map<number, Chunk['pcm']>()

  const show = () => {
    shown = {
      phase,
      paused,
      conversation_id: mine.conversation_id,
      recorded_ms: mine.recorded * CHUNK_MS,
      waiting_ms: Math.max(0, mine.recorded - mine.next_seq) * CHUNK_MS,
      unkept_ms: held.size * CHUNK_MS,
      refusal,
    }
    for (const listener of listeners) listener()
  }
  const enter = (next: Phase) => {
    phase = next
    show()
  }
  const save = () => {
    saving = saving.then(() => store.save({ ...mine })).catch(() => undefined)
    return saving
  }
  const nudge = () => {
    wake.resolve()
    wake = Promise.withResolvers()
  }

  async function drop() {
    for (const seq of held.keys()) if (seq < mine.next_seq) held.delete(seq)
    await store.drop(mine.id, mine.next_seq)
  }

  /** Without holes: a number that neither place has (a crash took it) is a tenth of a second of silence. */
  async function read(from: number, most: number): Promise<Chunk[]> {
    const found = new Map((await store.read(mine.id, from, most)).map((it) => [it.seq, it.pcm]))
    for (const [seq, pcm] of held) if (seq >= from && seq < from + most) found.set(seq, pcm)
    const last = Math.min(from + most - 1, Math.max(-1, ...found.keys()))
    return Array.from({ length: Math.max(0, last - from + 1) }, (_, at) => ({
      seq: from + at,
      pcm: found.get(from + at) ?? new Uint8Array(CHUNK_SAMPLES * 2),
    }))
  }

  /** The server knows the recording and says what it lacks. False: it does not want it. */
  async function open(): Promise<boolean> {
    const ack: Ack<'start'> | Ack<'resume'> = mine.resume_token
      ? await link.ask('resume', { resume_token: mine.resume_token })
      : await link.ask('start', {
          conversation_id: mine.conversation_id,
          title: mine.title,
          language: mine.language,
          provider: mine.provider as never,
          sample_rate: 16_000,
        })
    if (refused(ack)) return refuse(ack)
    mine.conversation_id = ack.conversation_id
    if ('resume_token' in ack && typeof ack.resume_token === 'string') mine.resume_token = ack.resume_token
    mine.next_seq = ack.next_seq
    await save()
    await drop()
    return true
  }

  function refuse({ code, message }: { code: string; message: string }) {
    if (passing.has(code)) throw new Error(code)
    refusal = { code, message }
    enter('refused')
    return false
  }

  async function acknowledged(ack: Ack<'chunk'>, of: number) {
    if (of !== turn) return
    if (refused(ack)) return void refuse(ack)
    if (ack.next_seq > mine.next_seq) {
      mine.next_seq = ack.next_seq
      await drop()
      await save()
      show()
    }
    return ack.slow_ms
  }

  /** Sends what is missing until nothing is, then waits for more; ends when the recording has ended or the line breaks. */
  async function send(of: number): Promise<void> {
    let next = mine.next_seq
    let inFlight = 0
    let slow = 0
    let broken: unknown
    while (of === turn && !broken && phase !== 'refused') {
      // Taken before looking, so that a chunk that arrives meanwhile is not slept through.
      const woken = wake.promise
      const room = window - inFlight
      const chunks = room > 0 && next < mine.recorded ? await read(next, room) : []
      for (const { seq, pcm } of chunks) {
        next = seq + 1
        inFlight += 1
        link
          .ask('chunk', { seq, pcm })
          .then((ack) => acknowledged(ack, of))
          .then(
            (ms) => {
              slow = ms ?? 0
            },
            (failure) => {
              broken = failure
            },
          )
          .finally(() => {
            inFlight -= 1
            nudge()
          })
      }
      if (mine.ended && inFlight === 0 && next >= mine.recorded) {
        // All answered, yet a number is missing: the server lost or skipped one, so go back to it.
        if (mine.next_seq >= mine.recorded) return
        next = mine.next_seq
        await wait(250)
        continue
      }
      if (slow) await wait(slow)
      slow = 0
      if (!chunks.length) await woken
    }
    if (broken) throw broken
  }

  async function end() {
    enter('finishing')
    const ack = await link.ask('stop', { last_seq: mine.recorded ? mine.recorded - 1 : undefined })
    if (refused(ack)) return void refuse(ack)
    mine.conversation_id = ack.conversation_id
    await saving
    await settle?.(mine)
    await store.remove(mine.id)
    enter('done')
    finished.resolve(ack.conversation_id)
  }

  async function run() {
    if (running || closed || !connected || phase === 'refused' || phase === 'done') return
    running = true
    const of = turn
    try {
      if (await open()) {
        enter(mine.ended ? 'finishing' : 'sending')
        await send(of)
        if (of === turn && mine.ended && mine.next_seq >= mine.recorded && !refusal) await end()
      }
    } catch {
      // The line broke or the server is busy: nothing is lost, it begins again from what the server says it has.
      if (of === turn) await wait(1000)
    } finally {
      running = false
    }
    if (!closed) void run()
  }

  const stopListening = link.onConnected((now) => {
    connected = now
    turn += 1
    nudge()
    if (phase !== 'refused' && phase !== 'done') enter(now ? 'connecting' : 'offline')
    void run()
  })
  show()

  return {
    state: () => shown,
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async push(pcm) {
      if (mine.ended || closed) return
      const seq = mine.recorded
      mine.recorded += 1
      await store.put(mine.id, { seq, pcm }).catch(() => held.set(seq, pcm))
      // Counted once a second: after a crash the store itself knows how many there are.
      if (seq % 10 === 0) void save()
      show()
      nudge()
    },
    pause() {
      paused = true
      show()
      if (connected) void link.ask('pause', {}).catch(() => undefined)
    },
    resume() {
      paused = false
      show()
      if (connected && mine.resume_token)
        void link.ask('resume', { resume_token: mine.resume_token }).catch(() => undefined)
    },
    async finish() {
      mine.ended = true
      await save()
      nudge()
      show()
      return finished.promise
    },
    marks: () => mine.marks ?? [],
    setMarks(marks) {
      mine.marks = marks
      return save()
    },
    retry() {
      refusal = undefined
      if (phase === 'refused') enter(connected ? 'connecting' : 'offline')
      turn += 1
      nudge()
      void run()
    },
    close() {
      closed = true
      turn += 1
      nudge()
      stopListening()
      link.close()
      // Whoever waits for the end of it waits no longer; what was done already stays done.
      finished.reject(new Error('closed'))
    },
  }
}

export const newRecording = (
  it: Pick<Recording, 'user_id'> & Pick<Partial<Recording>, 'title' | 'language' | 'provider' | 'conversation_id'>,
): Recording => ({
  ...it,
  id: crypto.randomUUID(),
  started_at: new Date().toISOString(),
  recorded: 0,
  next_seq: 0,
  ended: false,
})
