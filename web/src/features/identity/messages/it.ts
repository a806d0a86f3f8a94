import type { Translation } from '../../../i18n/index.ts'
import type en from './en.ts'

const it: Translation<typeof en> = {
  'in.title': 'Bentornato',
  'in.lead': 'Accedi alle tue conversazioni.',
  'in.leadNext': 'Accedi per continuare da dove volevi andare.',
  'in.email': 'Email',
  'in.password': 'Password',
  'in.forgot': 'L’hai dimenticata?',
  'in.go': 'Accedi',
  'in.wrong': 'Questa email e questa password non vanno insieme. Controllale entrambe, oppure ',
  'in.wrongLink': 'imposta una nuova password',
  'in.often': 'Troppi tentativi. Aspetta {time}, oppure imposta una nuova password.',
  'in.new': 'È la prima volta?',
  'in.create': 'Crea un account',
  'in.done': 'La password è impostata. Usala per accedere.',

  'up.title': 'Crea un account',
  'up.lead': 'Le tue parole e il tuo audio restano su questo server.',
  'up.name': 'Nome',
  'up.nameHint': 'Come ti chiami nelle tue conversazioni. Puoi lasciarlo vuoto.',
  'up.invitation': 'Invito',
  'up.invitationHint': 'Dal messaggio o dal link che hai ricevuto.',
  'up.go': 'Crea account',
  'up.exists': 'Esiste già un account con questa email. ',
  'up.existsLink': 'Accedi invece',
  'up.closed':
    'Qui i nuovi account richiedono un invito. Chiedilo a chi gestisce questa Mina, poi apri il link che ricevi.',
  'up.have': 'Hai già un account?',
  'up.agree': 'Creando un account accetti',
  'up.terms': 'le condizioni',
  'up.and': 'e',
  'up.privacy': 'l’informativa sulla riservatezza',
  'up.mail.smtp': 'Una mail per confermare il tuo indirizzo è in viaggio verso {email}.',
  'up.mail.outbox':
    'Questa Mina non ha un server di posta: la mail che conferma il tuo indirizzo è nella cartella «outbox» dei suoi dati.',

  'field.email': 'Non è ancora un indirizzo email, come ada@example.org.',
  'field.required': 'Compila questo campo.',
  'password.rule': 'Almeno 8 caratteri, con una lettera e una cifra; da 16 caratteri in su bastano parole qualsiasi.',
  'password.short': { one: 'Ancora {count} carattere', other: 'Ancora {count} caratteri' },
  'password.letter': 'Aggiungi una lettera',
  'password.digit': 'Aggiungi una cifra, oppure arriva a 16 caratteri',
  'password.space': 'Nessuno spazio all’inizio o alla fine',
  'password.long': 'Al massimo 256 caratteri',
  'password.weak': 'Debole: facile da indovinare',
  'password.fair': 'Discreta',
  'password.good': 'Buona',
  'password.strong': 'Forte',
  'password.strength': 'Robustezza della password',

  'forgot.title': 'Imposta una nuova password',
  'forgot.lead': 'Ti mandiamo un link via email. Vale una volta sola, per un’ora.',
  'forgot.go': 'Manda il link',
  'forgot.sent': 'Se {email} ha un account qui, il link è in arrivo. Guarda anche nella posta indesiderata.',
  'forgot.made': 'Se {email} ha un account qui, una mail con il link è scritta.',
  'forgot.outbox':
    'Questa Mina non ha un server di posta: il messaggio è nella cartella «outbox» dei suoi dati. Chiedi il link a chi la gestisce.',
  'forgot.back': 'Torna all’accesso',

  'reset.title': 'Scegli una nuova password',
  'reset.lead': 'Chiude tutte le altre sessioni del tuo account.',
  'reset.new': 'Nuova password',
  'reset.go': 'Imposta la password',
  'reset.stale': 'Questo link è già stato usato o ha più di un’ora. La vecchia password vale ancora. ',
  'reset.again': 'Chiedi un nuovo link',
  'reset.none': 'Questa pagina si apre dal link nel messaggio.',

  'verify.title': 'Il tuo indirizzo email',
  'verify.busy': 'Conferma dell’indirizzo in corso…',
  'verify.done': 'Il tuo indirizzo è confermato. Grazie.',
  'verify.stale':
    'Questo link è già stato usato o ha più di sette giorni. Se l’indirizzo non è ancora confermato, chiedi un nuovo messaggio.',
  'verify.staleOutside':
    'Questo link è già stato usato o ha più di sette giorni. Se l’indirizzo non è ancora confermato, accedi: un nuovo messaggio si chiede nelle impostazioni.',
  'verify.again': 'Manda un nuovo messaggio',
  'verify.sent': 'Il messaggio è in arrivo.',
  'verify.open': 'Apri l’archivio',
}
export default it
