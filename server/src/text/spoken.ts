const sound = '(?:u+h+|u+m+|e+r+m?|h+m+|mhm|ä+h+m?|ö+h+m?|eh+m)'
const filler = new RegExp(String.raw`,\s${sound},|(?<![\p{L}\p{N}'’-])${sound}(?![\p{L}\p{N}'’-])[,.…]*`, 'giu')
const aside =
  /,\s(?:you know|I mean|sort of|kind of|like|let['’]s say|well|actually|honestly|to be honest(?: with you)?|I suppose|basically|right|let['’]s see|hang on),/gi
const stutter =
  /(?<![\p{L}\p{N}'’])(\p{L}[\p{L}'’]*)(?:(?:,|\s-|…|\.\.\.)\s\1(?![\p{L}'’]))+|(?<![\p{L}\p{N}'’])(the|a|an|I|we|you|he|she|they|it|to|and|of|in|is|my|our)(?:\s\2(?![\p{L}'’]))+/giu
const opener =
  /^(?:(?:okay|ok|so|well|yeah|yes|yep|no|right|alright|all right|now|oh|and|but|then|look|listen|I mean|you know|honestly|to be honest|actually|basically|sure|great|perfect|brilliant|lovely|fine|good|agreed|anyway|see|hey)(?:[,.…–-]+\s+|\s(?=(?:so|well|then|yeah|okay),\s))|(?:and\s(?!(?:if|when)\b)|so\s(?!(?:far|much|many|that|long|on)\b)|but\s(?!(?:if|when)\b)))+/i

/** What was said, as one would write it down: without fillers, stutters and words that only open a turn. */
export function asWritten(said: string): string {
  const fluent = said.replace(filler, ' ').replace(/\s+/g, ' ').replace(stutter, '$1$2').trim()
  const plain = opened(opened(fluent).replace(aside, ' '))
    .replace(/\s+/g, ' ')
    .replace(/\s+([,.;:!?])/g, '$1')
  const text = /\p{L}.*\s\p{L}/u.test(plain) ? plain : fluent || said.trim()
  return text.replace(/^\p{Ll}/u, (first) => first.toUpperCase())
}

const opened = (text: string): string => text.replace(opener, '').replace(/^[,.…\s–-]+/, '')
