import type { Translation } from '../../../i18n/index.ts'
import type en from './en.ts'

const it: Translation<typeof en> = {
  title: 'Benvenuto',
  hello: 'Ti diamo il benvenuto, {name}',
  helloNobody: 'Ti diamo il benvenuto',
  lead: 'Tra un minuto le tue parole saranno su questa pagina. Scegli come.',
  'say.title': 'Di’ qualcosa',
  'say.text': 'Bastano dieci secondi. Il browser chiede il microfono.',
  'say.go': 'Registra dieci secondi',
  'say.name': 'Le mie prime parole',
  'say.lead': 'Le tue parole, mentre le dici.',
  'say.stop': 'Ferma ora',
  'say.example': 'Per esempio: che cosa farai domani, ed entro quando.',
  'say.left': 'ancora {seconds} s',
  'say.listening': 'In ascolto…',
  'say.writing': 'Scrittura di ciò che hai detto…',
  'say.nothing': 'Non è arrivata nessuna parola. Parla un po’ più vicino, o scegli un altro modo.',
  'say.done': 'Queste sono le tue parole.',
  'say.open': 'Apri la conversazione',
  'say.again': 'Ancora una volta',
  'drop.title': 'Porta una registrazione',
  'drop.text': 'Audio o video, di ogni tipo comune. Puoi anche trascinarla su questa pagina.',
  'drop.go': 'Scegli un file',
  'sample.title': 'Guarda un esempio',
  'sample.text': 'Una breve conversazione da ascoltare, leggere e provare. La puoi rimuovere.',
  'sample.go': 'Apri l’esempio',
  'mail.smtp': 'Una mail per confermare il tuo indirizzo è in viaggio verso {email}.',
  'mail.outbox':
    'Questa Mina non ha un server di posta: la mail che conferma il tuo indirizzo è nella cartella «outbox» dei suoi dati. Puoi fare tutto anche senza.',
  skip: 'Vai all’archivio',
}
export default it
