import { doingVerb } from './verbs.ts'

export const name = String.raw`\p{Lu}[\p{L}’'-]+(?:\s\p{Lu}[\p{L}’'-]+){0,2}`
const team = String.raw`(?:the\s)?(?:[\p{L}]+\s)?(?:team|department|marketing|sales|finance|legal|engineering|support|HR|design|operations|QA|IT)`
const role = String.raw`[Tt]he\s(?!server|computer|router|number|paper|letter|order|browser|user|customer|weather|matter|error|factor)\p{Ll}{3,}(?:er|or|ist|ant|ian|lead)`
const from = String.raw`(?:\s(?:from|of|at|in)\s(?:the\s)?(?<where>${name}|\p{Ll}+))?`
const subject = String.raw`(?:(?<who>I|we|you|he|she|they|everyone|everybody|somebody|someone|${team}|${role}|${name}(?:\s(?:and|or)\s${name})?)${from})`
const modal = String.raw`(?:['’](?:ll|m going to|re going to|s going to)|\s(?:will|shall|should|must|(?<=\bI\s)can|is going to|am going to|are going to|gonna|need to|needs to|have to|has to|had better|is supposed to|are supposed to|agreed to|promised to|volunteered to|offered to|is to|are to|(?<minutes>to)))`
const soften = String.raw`(?:\s(?:also|just|quickly|then|please|definitely|probably|certainly|personally|go ahead and|try to|help|make sure to|make sure that we|be sure to|kindly|first|still|now|all))*`
const verb = String.raw`\s(?<verb>${doingVerb})\b(?<rest>[^\n]*)`

export const promise = new RegExp(String.raw`(?<![\p{L}\p{N}])${subject}${modal}${soften}${verb}`, 'u')
export const order = new RegExp(
  String.raw`(?:(?<vocative>${name}),\s)?(?:^|(?<=[\s,]))(?:[Pp]lease|[Cc]an you|[Cc]ould you|[Ww]ould you|[Ww]ill you|[Cc]an somebody|[Cc]an someone|[Mm]ake sure (?:to|you|that you)|[Dd]on['’]t forget to|[Rr]emember to|[Ll]et['’]s|[Ll]et me|I (?:want|need|would like|['’]d like) you to|I['’]d like you to|[Yy]our job is to)${soften}${verb}`,
  'u',
)
export const labelled = new RegExp(
  String.raw`\b(?:action items?|to-?dos?|next steps?|follow-?ups?|tasks?)\b(?:\s(?:for|on)\s(?<who>${name}|me|you|us))?\s?(?:is|are|:|,|–|-)?\s?(?:to\s|that\s)?(?<verb>${doingVerb})\b(?<rest>[^\n]*)`,
  'iu',
)
export const charge = new RegExp(
  String.raw`(?<![\p{L}])(?<who>${name}|I|you|we)\s?(?:is|are|am|['’]s|['’]re|['’]m|will be|takes?)\s(?:responsible for|in charge of|going to take care of|taking care of|care of|tasked with)\s(?<rest>[^\n]+)`,
  'u',
)

/** "The second problem set is due next Friday." */
export const dueThing = /(?<![\p{L}])(?:the|your|our|my|this)\s(?<thing>[^,.;:!?]{3,60}?)\s(?:is|are|will be)\sdue\b/iu

/** Where what is to be done ends and the talk goes on. */
export const cuts =
  /[.;!?…](?:\s|$)|,\s(?:that|it|this)\s|,?\sand\s\p{Lu}\p{L}+,\s|,\sso\s(?:you|they|we|it|I|that)\b|,\s(?:if|as long as)\b|,?\s(?:because|since|but|although|so that|so we|so I|so they|so you|which|if|unless|otherwise|and then|and (?:I|we|you|he|she|they|\p{Lu}\p{L}+)(?:['’]ll|\s(?:to|will|should|can|need|must|has|have|is|are)))\b|,\s(?:I|we|you|he|she|they|okay|ok|right|please|\p{Lu}\p{L}+\s?[?.!]*$)/u

/** A date that something is moved to is what is to be done, not until when. */
export const goal = /^(?:move|postpone|shift|push|reschedule|bring|extend|delay|defer)\b.*\bto\s(?:the\s)?$/i
