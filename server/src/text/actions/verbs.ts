const list = (words: string): string => words.trim().split(/\s+/).join('|')

/**
 * What a person can be asked to do and be done with. "The market will grow" and "I'll be honest" promise nothing, so a verb
 * that is not listed makes no task.
 */
const doing = list(`
  send write prepare review call email mail schedule book check update fix deploy finish create draft share contact order buy
  organise organize investigate present test submit sign pay confirm arrange collect compile complete deliver document edit
  escalate file fill forward gather handle hire implement install inform integrate interview invite invoice launch migrate
  notify negotiate outline plan post print proofread publish pull push rename repair replace reply report request research
  reserve resolve respond restart revise roll scan script set ship sort specify summarise summarize support translate
  transfer upgrade upload verify visit wrap add adjust allocate analyse analyze announce answer apply approve archive assign
  audit backup build calculate cancel change clarify clean close code configure convert coordinate copy correct cut define
  delete design develop download estimate evaluate extend find follow format get give hand host identify improve include
  increase introduce isolate join list log look make manage mark measure meet merge message monitor move open pick ping process
  produce propose provide put rebuild record recruit reduce refactor register release remind remove renew reschedule
  restore rewrite run save schedule secure select sell separate settle simplify speak start stop store submit switch sync tag
  take talk teach tell touch track train try tweak unblock validate wire work ask bring circle come_back compare contact
  discuss drop enter examine explain explore export figure import inspect keep learn leave lock map onboard pass patch phone
  poll print prioritise prioritize read reach recommend redo rework ring share split study text turn wait webcast ready
  brief chase circulate correct cover credit double_check draw finalise finalize fetch hand_in host lead loop mail mend nudge own
  prepare practise promote quote raise rebook redesign refund reimburse rehearse reinstall retest rerun return revisit
  translate tidy train transcribe unlock unsubscribe vet warn
`)

/** Real work only with a day to it, or with a plain object: said in talk far more often than meant as a task. */
const vague = new Set(
  'get give look make meet take talk tell try work ask bring keep leave put run come start stop explain discuss move pass find wait read turn learn open speak go show include join drop close change mark list present follow support stop add pick introduce'.split(
    ' ',
  ),
)

export const doingVerb = `(?:let(?= \\p{Lu}?[\\p{L}’']+(?: team| \\p{L}+)? know\\b)|have(?= .{2,60}? (?:ready|done|finished|fixed|signed|approved|checked)\\b)|${doing.replaceAll('_', ' ')})`
export const isVague = (verb: string): boolean => vague.has(verb.toLowerCase())

/** Vague verbs that are tasks after all: "make a list", "get back to them", "take care of", "follow up". */
export const settled =
  /^(?:let \S+|have .+? (?:ready|done|finished|fixed|signed|approved|checked)|follow(?:ing)? up|set up|get (?:back to|in touch|the|a|an|quotes?|approval)|take (?:care of|over|the (?:notes|minutes|lead))|put together|make (?:a|an|the|sure) \w+|look (?:into|over|after|up)|work on|talk to|reach out|bring|add|ask \w+|get (?:it|that|them|this|[\w ]+?) (?:approved|signed|done|fixed|checked|reviewed|ready|sorted)|give \w+ (?:a|an|the)|find (?:a|an|the|out)|keep \w+ (?:posted|updated|informed)|pick up|run (?:the|another)|close the|change the|open a|move the|present the|tell (?!you|me)\w+|meet with|read (?:the|chapters?|sections?|pages?|up)|start (?:the|a|on|with)|join the|put (?:the|a|it)|leave (?:a|the))\b/i

/** Promises that are manners, not work. */
export const manners =
  /^(?:be|see|let you|tell you|say|get (?:to|into|there|started|going)|give you (?:a (?:second|moment|minute|idea)|an (?:example|idea))|come (?:back )?to|start (?:by|with)|take (?:a (?:look|moment|minute|second|break)|questions?|that as)|make (?:it|a (?:point|long)|sense)|read (?:out|that)|keep (?:it|this|that) |leave it|stop (?:here|there)|hand (?:it )?over|pass (?:it|you)|share my screen|move on|talk about|run through|put it|turn (?:it|to|now)|wait (?:for you|a)|work out|try (?:my|to (?:explain|be))|explain|discuss|ask you|meet (?:you|again|up)|speak (?:to you|soon|up)|(?:confirm|verify|repeat|spell|check|give|show|describe|hold|read) .{0,40}\b(?:for|to) me\b|give me|look at)\b/i
