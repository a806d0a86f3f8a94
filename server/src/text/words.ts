const spaced = /[\p{L}\p{N}]+(?:['’.-][\p{L}\p{N}]+)*/gu
/** Scripts that write words without spaces between them. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })

export interface Word {
  text: string
  start: number
  end: number
}

export function wordsOf(text: string): Word[] {
  if (unspaced.test(text)) {
    return [...segmenter.segment(text)]
      .filter((part) => part.isWordLike)
      .map(({ segment, index }) => ({ text: segment, start: index, end: index + segment.length }))
  }
  return [...text.matchAll(spaced)].map((hit) => ({
    text: hit[0],
    start: hit.index,
    end: hit.index + hit[0].length,
  }))
}

const list = (words: string): readonly string[] => words.split(/\s+/)

/** Words that carry no topic. Enough of each language to keep them out of key phrases and titles. */
const small: Readonly<Record<string, readonly string[]>> = {
  en: list(`a an the and or but nor so yet if then than that this these those there here i me my mine we us our ours you your
    yours he him his she her hers it its they them their theirs who whom whose which what when where why how is am are was
    were be been being do does did done doing have has had having will would shall should can could may might must not no
    yes yeah yep ok okay oh um uh er hmm well just like really very also too only even still again already now today of to
    in on at by for from with about into over under after before between through during up down out off as because while
    all any both each few more most other some such same own one two three get got getting go going gonna went come make
    made let lets know think mean want need say said see look thing things something anything everything lot bit kind sort
    way right good much many maybe actually basically i'm i've i'll i'd you're you've you'll we're we've we'll they're
    they've it's that's there's what's let's don't doesn't didn't can't won't isn't aren't wasn't he's she's sure great
    thanks thank please hello hi bye take give put use first next last back people time`),
  de: list(`der die das den dem des ein eine einen einem einer und oder aber dass wenn als wie so ich du er sie es wir ihr
    mich dich uns euch mein dein sein unser euer ist bin bist sind seid war waren wird werden wurde worden habe hast hat
    haben hatte kann können muss müssen soll sollen will wollen nicht kein keine nein ja auch noch nur schon mal dann da
    hier dort was wer wo wann warum von zu mit bei nach aus auf in im an am für über unter vor durch um ohne zum zur sich
    man mehr sehr ganz halt eben also doch jetzt heute gut alle alles etwas diese dieser dieses`),
  it: list(`il lo la i gli le un uno una e o ma che se come così io tu lui lei noi voi loro mi ti ci vi si è sono sei siamo
    siete era erano ho hai ha abbiamo avete hanno può posso non no sì anche ancora solo già poi allora qui lì cosa chi dove
    quando perché di a da in con su per tra fra del dello della dei degli delle al alla ai alle dal dalla nel nella nei sul
    sulla questo questa questi quello quella molto più tutto tutti bene ora oggi essere stato fare quindi però`),
  fr: list(`le la les un une des et ou mais que qui si comme je tu il elle on nous vous ils elles me te se mon ton son ma
    notre votre leur est suis es sommes êtes sont était être ai as a avons avez ont avoir peut pas ne non oui aussi encore
    déjà puis alors ici là quoi où quand pourquoi de du à au aux en dans avec sur pour par sans entre ce cet cette ces ça
    c'est plus très tout tous bien donc parce faire fait`),
  es: list(`el la los las un una unos unas y o pero que si como yo tú él ella nosotros vosotros ellos me te se nos mi tu su
    es soy eres somos son era eran ser estar está están he has ha hemos han puede no sí también ya solo luego entonces aquí
    allí qué quién dónde cuándo porque de a en con por para sin sobre entre del al lo le les este esta esto ese esa más muy
    todo todos bien ahora hoy hacer`),
  pt: list(`o a os as um uma e ou mas que se como eu tu ele ela nós vocês eles me te nos meu seu é sou são era ser estar
    está estão tem tenho ter não sim também já só então aqui ali quem onde quando porque de em com por para sem sobre entre
    do da dos das no na nos nas ao este esta isso mais muito tudo todos bem agora hoje fazer`),
  nl: list(`de het een en of maar dat die dit als ik jij je hij zij ze wij we jullie u mij jou hem haar ons mijn is ben bent
    zijn was waren wordt worden heb hebt heeft hebben had kan kunnen moet zal wil niet geen nee ja ook nog al dan er hier
    daar wat wie waar wanneer waarom van te met bij naar uit op in aan voor over onder door om zonder zich meer heel dus
    toch nu vandaag goed alle alles`),
}

const known = new Map(Object.entries(small).map(([language, words]) => [language, new Set(words)]))
const none: ReadonlySet<string> = new Set()

export const smallWords = (language: string | null): ReadonlySet<string> =>
  known.get(language?.split('-')[0]?.toLowerCase() ?? '') ?? none

/**
 * A form under which inflections of a word meet: crude on purpose, because it has to do for every language.
 * Used to compare stretches of text, never shown.
 */
export function rootOf(word: string): string {
  const lower = word.toLowerCase().replace(/['’]s$/u, '')
  if (lower.length < 5 || !/^[\p{Script=Latin}-]+$/u.test(lower)) return lower
  const bare = lower.replace(/(?:ingly|edly|ings?|ies|ied|ed|es|s|ly|en|er|e|n)$/u, '')
  return bare.length >= 4 ? bare.slice(0, 8) : lower.slice(0, 8)
}

/** The topic words of a text, as roots. */
export const topicsOf = (text: string, stop: ReadonlySet<string>): string[] =>
  wordsOf(text)
    .map((word) => word.text.toLowerCase())
    .filter((word) => !stop.has(word) && (word.length > 2 || unspaced.test(word)) && !/^\d+$/.test(word))
    .map(rootOf)
