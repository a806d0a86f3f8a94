import type { Config } from '../config/index.ts'
import type { Addressee, IdentityPost } from '../features/identity/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Letter } from '../platform/mail/letter.ts'
import { type Letters, letters, mailLanguage } from '../platform/mail/letters.ts'
import { createMail } from '../platform/mail/mail.ts'

const INVITATION_DAYS = 7

interface PostOptions {
  config: Config
  clock: Clock
  log: Log
}

/** Joins the mails that features send with the letters as they are written and the way they go. */
export function composePost({ config, clock, log }: PostOptions) {
  const { smtp, outboxDir, from } = config.mail
  const mail = createMail({
    ...(smtp && {
      smtp: { host: smtp.host, port: smtp.port, tls: smtp.useTls, username: smtp.username, password: smtp.password },
    }),
    outboxDir,
    from,
    log,
    clock,
  })
  const send = async (to: Addressee, write: (letters: Letters) => Letter) => {
    const result = await mail.send({ ...write(letters(mailLanguage(to.language))), to: to.email })
    return { again: !result.sent && result.retryable }
  }
  const settingsUrl = `${config.publicBaseUrl}/app#/settings`

  const identity: IdentityPost = {
    kind: mail.kind,
    verify: (to, url) => send(to, (it) => it.verify({ url, name: to.name })),
    reset: (to, url) => send(to, (it) => it.reset({ url, name: to.name })),
    changeEmail: (to, url) => send(to, (it) => it.changeEmail({ url, name: to.name })),
    emailChanged: (to, newEmail) =>
      send(to, (it) => it.emailChanged({ url: settingsUrl, name: to.name, email: newEmail })),
    invitation: (to, url) => send(to, (it) => it.invitation({ url, days: INVITATION_DAYS })),
    keyExpiring: (to, key) =>
      send(to, (it) => it.keyExpiry({ url: settingsUrl, name: to.name, key: key.name, expires: key.expiresAt })),
  }

  return {
    identity,
    fileDone: (to: Addressee, conversation: { id: string; title: string }) =>
      send(to, (it) =>
        it.fileDone({
          url: `${config.publicBaseUrl}/app#/conversation/${conversation.id}`,
          name: to.name,
          title: conversation.title,
        }),
      ),
    close: () => mail.close(),
  }
}

export type Post = ReturnType<typeof composePost>
