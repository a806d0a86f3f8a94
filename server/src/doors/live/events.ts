import type { liveEvents, SocketEvent } from '@mina/contract'
import type { Socket } from 'socket.io'
import { z } from 'zod'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { SpeechError } from '../../speech/errors.ts'

type Events = typeof liveEvents
type Asked = { [Name in keyof Events]: Events[Name] extends { ack: z.ZodType } ? Name : never }[keyof Events]
type AckOf<E extends SocketEvent> = E extends { ack: infer A extends z.ZodType } ? z.input<A> : undefined

export interface RefusedAck {
  ok: false
  code: string
  message: string
}

/** What a caller may know of a failure. */
export function refusedAck(error: unknown, log: Log): RefusedAck {
  if (error instanceof Refusal || error instanceof SpeechError)
    return { ok: false, code: error.code, message: error.message }
  if (error instanceof z.ZodError) {
    const [issue] = error.issues
    return {
      ok: false,
      code: 'bad_request',
      message: `${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'is wrong'}`,
    }
  }
  log.error({ error: (error as Error).name }, 'a live call failed')
  return { ok: false, code: 'internal', message: 'Something went wrong on the server. Try again.' }
}

/** Joins an event of the contract with what answers it: checked on the way in, a failure always acknowledged. */
export function answer<E extends Events[Asked]>(
  socket: Socket,
  event: E,
  log: Log,
  handle: (message: z.output<E['message']>) => Promise<AckOf<E>>,
) {
  socket.on(event.name, (...sent: unknown[]) => {
    const ack = sent.findLast((it) => typeof it === 'function') as ((answer: unknown) => void) | undefined
    const message = typeof sent[0] === 'function' ? undefined : sent[0]
    Promise.resolve()
      .then(() => handle(event.message.parse(message) as z.output<E['message']>))
      .then(
        (answered) => ack?.(answered),
        (error) => ack?.(refusedAck(error, log)),
      )
  })
}
