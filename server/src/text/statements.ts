import { createPace } from './pace.ts'
import { type Evidence, evidenceAt, type TextSegment } from './segment.ts'
import { type SpokenSentence, sentencesIn } from './sentences.ts'
import { asWritten } from './spoken.ts'
import { wordsOf } from './words.ts'

export interface Statement extends Evidence {
  text: string
  speaker: string | null
}

const stated = ({ segment, start, text }: SpokenSentence): Statement => ({
  text: asWritten(text),
  speaker: segment.speaker ?? null,
  ...evidenceAt(segment, start),
})

/** "Right?", "you know?", "how are you?" ask nothing that anybody would look up. */
const courtesy =
  /^(?:(?:hi|hello|oh|yes|um|uh|yeah)[, ]+)*(?:(?:\p{L}+, )?(?:how are you|how is it going|how's it going|how do you do)|(?:can|could) (?:you|everyone|everybody|anybody)(?: all)? (?:hear|see)(?: me| us| my screen)?|are you (?:there|still there|okay|ok|ready)|is (?:that|everybody|everyone) (?:ok|okay|clear|right|here|ready)|do(?:es)? (?:that|this|it|everybody|everyone|you)(?: all)? (?:make sense|see (?:why|that|it|this)|follow|understand)|you know what|guess what|(?:are there )?any(?: other| more)? questions|anything else|is there (?:anything|something) else|what's up|see what i mean|you know what i mean|(?:was|there was|yes, there was) (?:there )?a question|may i ask|can i (?:help|ask)|how (?:can|may) i help)\b[^?]{0,40}\?$|\bhow (?:can|may) i help you\b/iu
const request =
  /^(?:\p{Lu}\p{L}+, )?(?:can|could|would|will) you (?:please |also |just |maybe )*(?!(?:explain|tell|say|remember|imagine|describe|clarify)\b)\p{L}+/iu
/** A recogniser does not always write the question mark. */
const unmarked =
  /^(?:and |so |but |okay,? )?(?:what|who|when|where|why|how (?:much|many|long|often|do|does|did|can|should|is|are)|which) (?:is|are|was|were|do|does|did|will|would|can|could|should|has|have|of|time|kind)\b[^.!]{8,}$/i

/** Open questions, without courtesies and without requests, which are tasks. */
export const questionsIn = (segments: readonly TextSegment[]): Statement[] =>
  sentencesIn(segments)
    .filter((sentence) => {
      const text = asWritten(sentence.text)
      const marked = /[?？؟]["'”’)]*$/u.test(text) || /^¿/.test(text)
      const long = wordsOf(text).length >= 3 || /[\p{Script=Han}\p{Script=Hiragana}]/u.test(text)
      return long && (marked || unmarked.test(text)) && !courtesy.test(text) && !request.test(text)
    })
    .map(stated)

const decided = [
  /\b(?:we|they|i|the (?:team|board|committee|group|council|client|customer))(?:['’]ve| have| has)?(?: all| just| finally| now| already| then| therefore| also| unanimously)* (?:decided|agreed|settled|concluded|resolved|voted|opted|chose|chosen|committed|signed off|approved|rejected)\b/i,
  /\b(?:the|our|my|final) (?:final )?(?:decision|conclusion|verdict|agreement|consensus) (?:is|was|will be|has been)\b(?! (?:pending|open|not|still|up to|yours|theirs|hard|difficult|due|needed|due))/i,
  /\b(?:it(?:['’]s| is| was| has been)|that(?:['’]s| is)) (?:decided|settled|agreed|a deal|final|approved)\b/i,
  /\b(?:let['’]s|we(?:['’]ll| will| are going to|['’]re going to| shall)) (?:go (?:with|ahead with|for)|stick (?:with|to)|settle on|choose|adopt|drop|postpone|cancel|scrap|keep (?:the|it|to)|move forward with|move ahead with)\b/i,
  /\b(?:we|the (?:team|board|committee)) (?:are|is|will be|['’]re) (?:not )?(?:going with|dropping|postponing|cancelling|canceling|sticking (?:with|to)|moving (?:forward|ahead) with)\b/i,
  /^(?:okay,? |ok,? |so,? |right,? |then,? |and )*(?:decision|decided|agreed|approved|motion (?:carried|passed))\b(?: ?[:,–-]|\.| that)/i,
  /\b(?:has|have|was|were|is|are) (?:been )?(?:approved|adopted|rejected|cancelled|canceled|postponed|signed off|ratified|given the green light|greenlit)\b(?! (?:by default|if|when|yet))/i,
]
const undecided =
  /\b(?:not|n['’]t|never|no) (?:\w+ ){0,3}(?:decid\w+|agree\w*|settled|conclu\w+|decision|approved|chosen|consensus)\b|\b(?:if|unless|whether|once|until|before|should|could|might|may|would|need to|have to|has to|must|going to|to be|when|whoever|who) (?:\w+ ){0,3}(?:decid\w+|agree\w*|settle\w*|approv\w+|choose|chosen|decision|voted?)\b|\?["'”’)]*$/i

/** "Agreed." settles something, but does not say what. */
const fewest = 4

/** What was settled, not what is yet to be. English. */
export async function decisionsIn(segments: readonly TextSegment[], signal?: AbortSignal): Promise<Statement[]> {
  const pace = createPace()
  const found: Statement[] = []
  for (const sentence of sentencesIn(segments)) {
    await pace(signal)
    if (undecided.test(sentence.text) || wordsOf(asWritten(sentence.text)).length < fewest) continue
    if (decided.some((pattern) => pattern.test(sentence.text))) found.push(stated(sentence))
  }
  return found
}
