import type { Translation } from '../../../i18n/index.ts'
import type en from './en.ts'

const it: Translation<typeof en> = {
  start: 'Tutto ciò che è stato detto',
  'start.text':
    'Scrivi qualche parola. I risultati stanno nelle loro conversazioni e si aprono al secondo in cui sono stati detti.',
  none: 'Nessuno lo ha detto',
  'none.text':
    'Nelle tue conversazioni non c’è nulla di simile a «{q}». Meno parole, o l’inizio di una, trovano di più.',
  corrected: 'Nulla è scritto come «{q}». Questi sono i punti per «{corrected}».',
  places: { one: '{count} punto', other: '{count} punti' },
  more: 'Altri punti',
  results: 'Punti in cui è stato detto',
  title: 'Nel titolo',
  ways: 'Cerca o chiedi',
  'way.search': 'Cerca',
  'way.ask': 'Chiedi',
}
export default it
