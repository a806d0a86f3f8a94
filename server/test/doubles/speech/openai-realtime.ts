import { randomUUID } from 'node:crypto'
import type { RawData, WebSocket } from 'ws'
import { type HeardUtterance, wordsOf } from './speech.ts'

export interface RealtimeScript {
  speech?: readonly HeardUtterance[]
  /** Tears the connection once so much audio (seconds) has come. */
  breakAfter?: number
  /** No transcript comes any more from there on. */
  muteAfter?: number
  /** The transcripts of the first two turns come in the wrong order. */
  swapped?: boolean
  /** The transcription of the first turn fails. */
  failed?: boolean
  /** Sent instead of the first transcript. */
  garbage?: string
}

export interface RealtimeRecord {
  session: unknown
  audio: Buffer[]
  sent: { type: string }[]
  commits: number
}

const bytesPerSecond = 24_000 * 2

/** A transcription session with turns found by the server, as its reference describes the events. */
export function speakRealtime(
  socket: WebSocket,
  speech: readonly HeardUtterance[],
  script: RealtimeScript,
  record: RealtimeRecord,
) {
  let bytes = 0
  let turn = 0
  let open: string | null = null
  let committedBytes = 0
  let previous: string | null = null
  let held: (() => void) | null = null
  const send = (event: { type: string } & Record<string, unknown>) => {
    record.sent.push(event)
    socket.send(JSON.stringify({ event_id: `event_${randomUUID()}`, ...event }))
  }
  const newItem = () => `item_${randomUUID().slice(0, 12)}`

  const tell = (item_id: string, words: readonly string[]) => {
    if (script.muteAfter !== undefined && bytes / bytesPerSecond >= script.muteAfter) return
    if (script.garbage) return socket.send(script.garbage)
    if (script.failed)
      return send({
        type: 'conversation.item.input_audio_transcription.failed',
        item_id,
        content_index: 0,
        error: {
          type: 'server_error',
          code: 'audio_unintelligible',
          message: 'The audio could not be transcribed.',
          param: null,
        },
      })
    const complete = () => {
      for (const [index, word] of words.entries())
        send({
          type: 'conversation.item.input_audio_transcription.delta',
          item_id,
          content_index: 0,
          delta: index === 0 ? word : ` ${word}`,
        })
      send({
        type: 'conversation.item.input_audio_transcription.completed',
        item_id,
        content_index: 0,
        transcript: words.join(' '),
        usage: { type: 'duration', seconds: 1 },
      })
    }
    if (script.swapped && turn === 0) held = complete
    else {
      complete()
      held?.()
      held = null
    }
  }
  const commit = (item_id: string) => {
    send({ type: 'input_audio_buffer.committed', item_id, previous_item_id: previous })
    previous = item_id
    committedBytes = bytes
  }
  const advance = () => {
    const now = bytes / bytesPerSecond
    for (let heard = speech[turn]; heard; heard = speech[turn]) {
      if (now < heard.start) break
      if (!open) {
        open = newItem()
        send({
          type: 'input_audio_buffer.speech_started',
          item_id: open,
          audio_start_ms: Math.round(heard.start * 1000),
        })
      }
      if (now < heard.end) break
      send({ type: 'input_audio_buffer.speech_stopped', item_id: open, audio_end_ms: Math.round(heard.end * 1000) })
      commit(open)
      tell(
        open,
        wordsOf(heard).map((word) => word.punctuated),
      )
      open = null
      turn++
    }
    if (script.breakAfter !== undefined && now >= script.breakAfter) socket.terminate()
  }

  send({ type: 'session.created', session: { type: 'transcription', id: `sess_${randomUUID()}` } })
  socket.on('message', (data: RawData) => {
    const event = JSON.parse(data.toString()) as { type: string; audio?: string; session?: unknown }
    if (event.type === 'session.update') {
      record.session = event.session
      send({ type: 'session.updated', session: event.session })
    } else if (event.type === 'input_audio_buffer.append') {
      const audio = Buffer.from(event.audio ?? '', 'base64')
      record.audio.push(audio)
      bytes += audio.length
      advance()
    } else if (event.type === 'input_audio_buffer.commit') {
      record.commits++
      const now = bytes / bytesPerSecond
      const heard = speech[turn]
      if (open && heard) {
        commit(open)
        tell(
          open,
          wordsOf(heard)
            .filter((word) => word.end <= now)
            .map((word) => word.punctuated),
        )
        open = null
        turn++
      } else if (bytes - committedBytes >= bytesPerSecond / 10) {
        const silent = newItem()
        commit(silent)
        tell(silent, [])
      } else
        send({
          type: 'error',
          error: {
            type: 'invalid_request_error',
            code: 'input_audio_buffer_commit_empty',
            message: 'Error committing input audio buffer: buffer too small.',
            param: null,
            event_id: null,
          },
        })
    }
  })
}
