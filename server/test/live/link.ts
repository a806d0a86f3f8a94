import { randomBytes } from 'node:crypto'
import { liveEvents as events, type liveEvents } from '@mina/contract'
import { io, type ManagerOptions, type SocketOptions } from 'socket.io-client'
import type { z } from 'zod'

type Events = typeof liveEvents
type Asked = { [Name in keyof Events]: Events[Name] extends { ack: z.ZodType } ? Name : never }[keyof Events]
type Said = { [Name in keyof Events]: Events[Name]['from'] extends 'server' ? Name : never }[keyof Events]
export type Message<Name extends keyof Events> = z.input<Events[Name]['message']>
type AckOf<Name extends Asked> = Events[Name] extends { ack: infer A extends z.ZodType } ? z.output<A> : never

interface Person {
  base: string
  cookies: ReadonlyMap<string, string>
}

const patience = 20_000

export const cookiesOf = (person: Person) => [...person.cookies].map(([name, value]) => `${name}=${value}`).join('; ')

/** A client of namespace `/`, by a person's cookies unless told otherwise. */
export async function link(person: Person, options: Partial<ManagerOptions & SocketOptions> = {}) {
  const socket = io(person.base, {
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { origin: person.base, cookie: cookiesOf(person) },
    ...options,
  })
  const heard: { name: string; message: Record<string, unknown> }[] = []
  const waiting = new Set<() => void>()
  socket.onAny((name: string, message: Record<string, unknown>) => {
    heard.push({ name, message })
    for (const look of waiting) look()
  })
  const of = <Name extends Said>(name: Name) =>
    heard.filter((it) => it.name === events[name].name).map((it) => it.message as Message<Name>)

  await new Promise<void>((done, failed) => {
    socket.once('connect', done)
    socket.once('connect_error', failed)
  })

  const until = <T>(found: () => T | undefined | false): Promise<T> =>
    new Promise((done, failed) => {
      const timer = setTimeout(() => {
        waiting.delete(look)
        failed(new Error(`Not heard in ${patience} ms. Heard: ${heard.map((it) => it.name).join(', ')}`))
      }, patience)
      const look = () => {
        const value = found()
        if (value === undefined || value === false) return
        waiting.delete(look)
        clearTimeout(timer)
        done(value)
      }
      waiting.add(look)
      look()
    })

  return {
    socket,
    heard,
    of,
    until,
    ask: <Name extends Asked>(name: Name, message: Message<Name>): Promise<AckOf<Name>> =>
      socket.timeout(patience).emitWithAck(events[name].name, message),
    /** The first that fits, waited for. */
    hear: <Name extends Said>(name: Name, fits: (message: Message<Name>) => boolean = () => true) =>
      until(() => of(name).find(fits)),
    gone: () =>
      socket.disconnected ? Promise.resolve() : new Promise<void>((done) => socket.once('disconnect', () => done())),
    close: () => void socket.disconnect(),
  }
}

export type TestLink = Awaited<ReturnType<typeof link>>

/** Begins a recording, or throws what the server refused. */
export async function begin(to: TestLink, wish: Message<'start'> = {}) {
  const ack = await to.ask('start', wish)
  if (!ack.ok) throw new Error(`${ack.code}: ${ack.message}`)
  return ack
}

/** Noise in chunks of a tenth of a second. */
export const chunksOfNoise = (count: number, bytes = 3_200) => Array.from({ length: count }, () => randomBytes(bytes))
