import type { Principal } from '../../access/principal.ts'
import { hashOf, newSecret } from '../../access/tokens.ts'
import type { Clock } from '../../platform/clock.ts'
import { Refusal } from '../../platform/refusal.ts'
import { SpeechError } from '../../speech/errors.ts'
import type { Recognisers } from '../../speech/registry.ts'
import type { Conversations } from '../conversations/index.ts'
import type { Opening } from './opening.ts'
import { engineFor } from './recognition.ts'
import type { LiveRepository, LiveRow } from './repository.ts'

export interface StartWish extends Opening {
  conversation_id?: string | undefined
  title?: string | undefined
  language?: string | undefined
  provider?: string | undefined
  sample_rate: number
  kind?: LiveRow['kind']
}

export interface BeginningOptions {
  clock: Clock
  repository: LiveRepository
  recognisers: Recognisers
  conversations: Pick<Conversations, 'open' | 'repository'>
  settings: { sessionsPerUser: number }
  process: string
}

/** Enters a new recording, where its owner may have one more and an engine knows the language. */
export function recordingBeginner(options: BeginningOptions) {
  const { clock, repository, recognisers, conversations, settings, process } = options

  /** Why there will be no live words for now; what can never work is refused. */
  function troubleWith(wish: StartWish, language: string | null): string | null {
    try {
      engineFor(recognisers, { provider: wish.provider ?? null, language })
      return null
    } catch (error) {
      // An engine that is out of order does not keep anybody from recording, unless it was asked for by name.
      if (error instanceof SpeechError && error.code === 'unavailable' && !wish.provider) return error.message
      throw error
    }
  }

  async function conversationFor(principal: Principal, wish: StartWish) {
    if (!wish.conversation_id)
      return await conversations.repository.insert({
        user_id: principal.userId,
        ...(wish.title && { title: wish.title }),
        language: wish.language ?? null,
        source: wish.kind === 'audio-stream' ? 'stream' : 'realtime',
        engine: 'live',
      })
    const row = await conversations.open(principal, wish.conversation_id, 'write')
    if (row.status !== 'live' || (await repository.ofConversation(row.id)))
      throw new Refusal('conflict', 'This conversation has its recording already. Resume it, or begin a new one.')
    return row
  }

  return async function begin(principal: Principal, wish: StartWish) {
    const language = wish.language && wish.language !== 'auto' ? wish.language : null
    const trouble = troubleWith(wish, language)
    if ((await repository.countRunning(principal.userId)) >= settings.sessionsPerUser)
      throw new Refusal(
        'rate_limited',
        `At most ${settings.sessionsPerUser} recordings run at once for one account. Stop one of them first.`,
      )
    const conversation = await conversationFor(principal, wish)
    const resumeToken = newSecret(32)
    const now = clock.now()
    const row = await repository.insert({
      conversation_id: conversation.id,
      user_id: principal.userId,
      auth_session_id: principal.sessionId ?? null,
      resume_hash: hashOf(resumeToken),
      kind: wish.kind ?? 'app',
      process,
      sample_rate: wish.sample_rate,
      language,
      provider: wish.provider ?? null,
      fence: 1,
      started_at: now,
      seen_at: now,
    })
    return { row, resumeToken, trouble }
  }
}
