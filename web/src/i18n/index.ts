export {
  type Catalogue,
  catalogue,
  chooseLanguage,
  type Messages,
  type Say,
  type Translation,
  useWords,
  words,
} from './catalogue.ts'
export { clock, type Formats, useFormats } from './format.ts'
export { type Language, language, languageNames, languages, useLanguage } from './language.ts'
export { setTimeZone, startOfDay, timeZone } from './zone.ts'
