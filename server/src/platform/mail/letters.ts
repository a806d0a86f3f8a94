import { type Letter, letter } from './letter.ts'

export type MailLanguage = 'en' | 'it'

interface Texts {
  greeting: (name: string | null) => string
  closing: string
  verify: { subject: string; paragraphs: string[]; label: string }
  reset: { subject: string; paragraphs: string[]; label: string }
  changeEmail: { subject: string; paragraphs: string[]; label: string }
  emailChanged: { subject: string; paragraphs: (email: string) => string[]; label: string }
  invitation: { subject: string; paragraphs: (by: string | null, days: number) => string[]; label: string }
  keyExpiry: { subject: (key: string) => string; paragraphs: (key: string, date: string) => string[]; label: string }
  fileDone: { subject: (title: string) => string; paragraphs: (title: string) => string[]; label: string }
}

const english: Texts = {
  greeting: (name) => (name ? `Hello ${name},` : 'Hello,'),
  closing: 'Mina',
  verify: {
    subject: 'Confirm your email address',
    paragraphs: [
      'Please confirm that this address is yours. The link works once and for 7 days.',
      'If you have not opened an account with Mina, there is nothing to do.',
    ],
    label: 'Confirm the address',
  },
  reset: {
    subject: 'Choose a new password',
    paragraphs: [
      'Somebody, hopefully you, asked for a new password for your account. The link works once and for 1 hour.',
      'If it was not you, there is nothing to do: your password stays as it is.',
    ],
    label: 'Choose a new password',
  },
  changeEmail: {
    subject: 'Confirm your new email address',
    paragraphs: [
      'Please confirm that your account shall use this address from now on. Until then the old one stays in use.',
      'If you have not asked for this, there is nothing to do.',
    ],
    label: 'Use this address',
  },
  emailChanged: {
    subject: 'Your email address was changed',
    paragraphs: (email) => [
      `Your account now belongs to the address ${email}. Nothing more will come to this one.`,
      'If it was not you, somebody knows your password: write to whoever runs this Mina at once.',
    ],
    label: 'Go to the settings',
  },
  invitation: {
    subject: 'You are invited to Mina',
    paragraphs: (by, days) => [
      `${by ?? 'An administrator'} invites you to Mina, which turns speech into text and text into work.`,
      `The link works once and for ${days} days.`,
    ],
    label: 'Open your account',
  },
  keyExpiry: {
    subject: (key) => `Your API key "${key}" is about to expire`,
    paragraphs: (key, date) => [
      `The API key "${key}" stops working on ${date}. Programs that use it will then be refused.`,
      'Renew it in the settings, or delete it if nothing needs it any more.',
    ],
    label: 'Go to the API keys',
  },
  fileDone: {
    subject: (title) => `Ready: ${title}`,
    paragraphs: (title) => [
      `"${title}" has been turned into text.`,
      'You get this mail because you asked for it in the settings, where you can switch it off.',
    ],
    label: 'Read it',
  },
}

const italian: Texts = {
  greeting: (name) => (name ? `Ciao ${name},` : 'Ciao,'),
  closing: 'Mina',
  verify: {
    subject: 'Conferma il tuo indirizzo email',
    paragraphs: [
      'Conferma che questo indirizzo è tuo. Il link funziona una sola volta e vale 7 giorni.',
      'Se non hai aperto un account su Mina, non devi fare nulla.',
    ],
    label: 'Conferma l’indirizzo',
  },
  reset: {
    subject: 'Scegli una nuova password',
    paragraphs: [
      'Qualcuno, speriamo tu, ha chiesto una nuova password per il tuo account. Il link funziona una sola volta e vale 1 ora.',
      'Se non sei stato tu, non devi fare nulla: la tua password resta com’è.',
    ],
    label: 'Scegli una nuova password',
  },
  changeEmail: {
    subject: 'Conferma il tuo nuovo indirizzo email',
    paragraphs: [
      'Conferma che d’ora in poi il tuo account userà questo indirizzo. Fino ad allora resta valido quello vecchio.',
      'Se non l’hai chiesto tu, non devi fare nulla.',
    ],
    label: 'Usa questo indirizzo',
  },
  emailChanged: {
    subject: 'Il tuo indirizzo email è stato cambiato',
    paragraphs: (email) => [
      `Il tuo account usa ora l’indirizzo ${email}. Qui non arriverà più nulla.`,
      'Se non sei stato tu, qualcuno conosce la tua password: scrivi subito a chi gestisce questa Mina.',
    ],
    label: 'Vai alle impostazioni',
  },
  invitation: {
    subject: 'Sei invitato su Mina',
    paragraphs: (by, days) => [
      `${by ?? 'Un amministratore'} ti invita su Mina, che trasforma il parlato in testo e il testo in lavoro.`,
      `Il link funziona una sola volta e vale ${days} giorni.`,
    ],
    label: 'Apri il tuo account',
  },
  keyExpiry: {
    subject: (key) => `La tua chiave API "${key}" sta per scadere`,
    paragraphs: (key, date) => [
      `La chiave API "${key}" smette di funzionare il ${date}. Da allora i programmi che la usano saranno rifiutati.`,
      'Rinnovala nelle impostazioni, oppure eliminala se non serve più.',
    ],
    label: 'Vai alle chiavi API',
  },
  fileDone: {
    subject: (title) => `Pronto: ${title}`,
    paragraphs: (title) => [
      `"${title}" è stato trasformato in testo.`,
      'Ricevi questa email perché l’hai chiesto nelle impostazioni, dove puoi disattivarla.',
    ],
    label: 'Leggi',
  },
}

const texts: Record<MailLanguage, Texts> = { en: english, it: italian }

/** From a tag such as `it-CH`, or an Accept-Language header; English for all others. */
export const mailLanguage = (tag: string | null | undefined): MailLanguage => (/^it\b/i.test(tag ?? '') ? 'it' : 'en')

/**
 * Anybody can register with another person's address, so a name could carry an advertisement to a stranger.
 * What does not look like a name is left out; an address in it would become a link by itself.
 */
const properName = (name: string | null | undefined): string | null => {
  const given = name?.trim() ?? ''
  return given.length <= 60 && /^[\p{L}\p{M}'’. -]+$/u.test(given) && !/\.\S/.test(given) ? given : null
}

const short = (title: string) => (title.length > 80 ? `${title.slice(0, 80).toWellFormed()}…` : title)

/** The mails that Mina sends, in the reader's language. The links are made by the caller. */
export const letters = (language: MailLanguage) => {
  const it = texts[language]
  const write = (
    part: { subject: string; paragraphs: readonly string[]; label: string },
    url: string,
    name?: string | null,
  ): Letter =>
    letter({
      language,
      subject: part.subject,
      greeting: it.greeting(properName(name)),
      paragraphs: part.paragraphs,
      action: { label: part.label, url },
      closing: it.closing,
    })

  return {
    verify: (given: { url: string; name?: string | null }) => write(it.verify, given.url, given.name),
    reset: (given: { url: string; name?: string | null }) => write(it.reset, given.url, given.name),
    changeEmail: (given: { url: string; name?: string | null }) => write(it.changeEmail, given.url, given.name),
    emailChanged: (given: { url: string; name?: string | null; email: string }) =>
      write({ ...it.emailChanged, paragraphs: it.emailChanged.paragraphs(given.email) }, given.url, given.name),
    invitation: (given: { url: string; by?: string | null; days: number }) =>
      write({ ...it.invitation, paragraphs: it.invitation.paragraphs(properName(given.by), given.days) }, given.url),
    keyExpiry: (given: { url: string; name?: string | null; key: string; expires: Date; timeZone?: string }) => {
      const { subject, paragraphs, label } = it.keyExpiry
      const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: given.timeZone ?? 'UTC' })
      const key = short(given.key)
      const part = { subject: subject(key), paragraphs: paragraphs(key, format.format(given.expires)), label }
      return write(part, given.url, given.name)
    },
    fileDone: (given: { url: string; name?: string | null; title: string }) => {
      const { subject, paragraphs, label } = it.fileDone
      const title = short(given.title)
      return write({ subject: subject(title), paragraphs: paragraphs(title), label }, given.url, given.name)
    },
  }
}

export type Letters = ReturnType<typeof letters>
