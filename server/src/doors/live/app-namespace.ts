import { liveEvents } from '@mina/contract'
import type { Namespace, Socket } from 'socket.io'
import type { Opened } from '../../features/conversations/index.ts'
import { type Live, type LiveSession, noRoom, type Tell } from '../../features/live/index.ts'
import type { Log } from '../../platform/log.ts'
import { Refusal } from '../../platform/refusal.ts'
import { answer } from './events.ts'
import type { Guest } from './handshake.ts'
import { tellPeer } from './slow-peer.ts'

interface AppNamespaceOptions {
  live: Live
  log: Log
  /** Checks that a principal may see the conversation. */
  open: (principal: { userId: string }, id: string) => Promise<Opened<'read'>>
  hello: () => unknown
}

/** Namespace `/`: the app's recordings and their viewers. */
export function appNamespace(namespace: Namespace, { live, log, open, hello }: AppNamespaceOptions) {
  namespace.on('connection', (socket: Socket) => {
    const guest = socket.data.guest as Guest
    const stops = new Set<() => void>()
    const watching = new Set<string>()
    let feeding: { session: LiveSession; lease: ReturnType<LiveSession['attach']> } | undefined
    let ended: { conversation_id: string; next_seq: number } | undefined

    const tell: Tell = (name, message) => tellPeer(socket, name, message)
    const say = (name: Parameters<Tell>[0], message: Record<string, unknown>) => tell(name, message as never)

    async function watch(conversationId: string) {
      if (watching.has(conversationId)) return
      watching.add(conversationId)
      const stop = await live.watch(conversationId, (name, message) => {
        // Whoever records hears it directly.
        if (feeding?.session.row.conversation_id !== conversationId || !feeding.lease.mine()) say(name, message)
      })
      stops.add(stop)
      if (socket.disconnected) stop()
    }

    function feed(session: LiveSession) {
      feeding?.lease.detach()
      ended = undefined
      feeding = { session, lease: session.attach(tell) }
    }

    const mine = () => {
      if (!feeding) throw new Refusal('bad_request', 'No recording runs on this connection. Begin or resume one first.')
      if (!feeding.lease.mine())
        throw feeding.session.over
          ? new Refusal('unavailable', 'This recording was let go for a moment. Resume it.')
          : new Refusal('conflict', 'This recording goes on from another window or device now.')
      return feeding.session
    }

    socket.on('disconnect', () => {
      feeding?.lease.detach()
      for (const stop of stops) stop()
    })
    socket.emit(liveEvents.hello.name, hello())

    if (guest.share) {
      void watch(guest.share.view.conversation_id)
      answer(socket, liveEvents.watch, log, async ({ conversation_id }) => {
        if (conversation_id !== guest.share.view.conversation_id)
          throw new Refusal('not_found', 'This link does not show that conversation.')
        return { ok: true }
      })
      return
    }
    const { principal } = guest
    const requireRight = () => {
      if (!principal.may.has('live:write'))
        throw new Refusal('forbidden', 'This needs live:write, which this credential does not give.')
    }

    answer(socket, liveEvents.start, log, async (it) => {
      requireRight()
      if (feeding?.lease.mine()) throw new Refusal('conflict', 'A recording runs on this connection. Stop it first.')
      const { session, resumeToken, trouble, full } = await live.service.start(principal, it)
      feed(session)
      if (socket.disconnected) feeding?.lease.detach()
      const { conversation_id, language } = session.row
      tell('started', { conversation_id, engine: session.engine, language })
      if (trouble) tell('error', { code: 'unavailable', message: trouble })
      if (full) tell('warning', noRoom)
      return { ok: true, conversation_id, resume_token: resumeToken, next_seq: session.nextSeq }
    })

    answer(socket, liveEvents.resume, log, async ({ resume_token }) => {
      requireRight()
      const resumed = await live.service.resume(principal, resume_token)
      if (resumed.ended) {
        const { conversation_id, next_seq } = resumed.ended
        ended = { conversation_id, next_seq }
        return { ok: true, conversation_id, next_seq }
      }
      if (feeding?.session !== resumed.session || !feeding.lease.mine()) feed(resumed.session)
      if (socket.disconnected) feeding?.lease.detach()
      const { conversation_id, language } = resumed.session.row
      tell('started', { conversation_id, engine: resumed.session.engine, language })
      return { ok: true, conversation_id, next_seq: resumed.session.nextSeq }
    })

    answer(socket, liveEvents.chunk, log, async ({ seq, pcm }) => {
      if (ended && !feeding?.lease.mine()) {
        if (seq < ended.next_seq) return { seq, next_seq: ended.next_seq }
        throw new Refusal('conflict', 'This recording was stopped. Begin a new one.')
      }
      return await mine().receive(seq, pcm)
    })

    answer(socket, liveEvents.pause, log, async () => {
      await mine().pause()
      return { ok: true }
    })

    answer(socket, liveEvents.stop, log, async () => {
      // Its answer was lost, and the client asks again.
      if (ended && !feeding?.lease.mine()) return { ok: true, conversation_id: ended.conversation_id }
      const session = mine()
      const { conversation_id } = await live.service.stop(session)
      ended = { conversation_id, next_seq: session.nextSeq }
      feeding = undefined
      return { ok: true, conversation_id }
    })

    answer(socket, liveEvents.watch, log, async ({ conversation_id }) => {
      await open(principal, conversation_id)
      await watch(conversation_id)
      return { ok: true }
    })
  })
}
