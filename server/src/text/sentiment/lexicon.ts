/**
 * What the model's own word values miss or get wrong in talk about work, products and service. Values run from -1 to 1;
 * 0 takes a word out that looks charged and is not. Everything else is the model's.
 */
export const words: Readonly<Record<string, number>> = valued({
  0.9: 'outstanding superb brilliant fantastic wonderful magnificent flawless phenomenal stellar thrilled delighted delightful marvelous marvellous terrific incredible',
  0.7: 'awesome impressive impressed gorgeous beautiful delicious perfect perfectly excellent enjoyable enjoy enjoys enjoyed pleased pleasure amazing recommend recommended love loved loves loving happy thankful grateful excited exciting proud talented generous generosity neat tasty yummy lovely masterpiece superbly refreshing attentive splendid impeccable blast nailed rocks',
  0.55: 'glad appreciate appreciated congratulations congrats bravo kudos helpful reliable friendly kind caring polite patient smooth smoothly seamless seamlessly intuitive elegant successful successfully success enthusiastic confident comfortable fun satisfied cosy charming wow yay sincere prompt cute fixed decent moist tender inexpensive heartwarming rewarding thoughtful fabulous',
  0.4: 'faster easier better nicer smarter improved improves improvement useful solid handy convenient efficient clean thanks thank worthwhile promising relieved valuable best saves nice good great clearly calm fresh ahead win winning won',
  0: 'like free fine well trust interest pretty share shares shared sharing number problem help helps security secure error errors risk risks war death fire dead cut sick fair matter matters please kind-of play united top chance agree agreed legal party parties growth care novel true spirit feature ensure solution solutions support supported supports accept accepted approve approved approval join opportunity want wants wanted no yes yeah ok okay sure clear important big strong block blocks drop drops alert fight challenge challenges demand save demands stop charge charges gross leave leaves left miss missing missed lack doubt safe safety clearly-not god protect protected insurance capital warm natural certain certainly commit commits committed resolve exclusive profit justice peace hope hopes hoping hopefully strike pay hard cancer injury complaint complaints issue issues bug bugs question questions responsibility',
  '-0.35':
    'slow slower slowly late expensive cheap noisy lag laggy delay delays delayed worried worry concern concerned concerns unclear confusing confused sceptical skeptical rough boring dull tired annoying annoyed trouble unfortunately behind overpriced incomplete outdated clunky cramped tedious fear fears afraid weakness weak flaw flaws flawed quit quits quitting lukewarm bland stale soggy chewy mediocre meh blah lacking underwhelming inconvenient unresolved stuck hesitant unsure doubtful',
  '-0.55':
    'bad poor poorly disappointed disappointing disappointment unhappy upset rude dirty damaged broken break breaks broke crash crashes crashed crashing fail fails failed failing failure useless impatient unhelpful unreliable unstable painful pain frustrated frustrating frustration angry wrong lost losing regret ruined ruin exhausted smelled smelly scratched refuse refuses refused overcharged outage cancelled canceled shame died ignored buggy mess mad insulting excuse excuses lie lied lying unfair unsafe hurts stupid dreadful sadly sad waste wasted sucks suck sucked nasty gross tasteless inedible insulted disrespected rudely unprofessional arrogant dishonest misleading neglected unusable infuriating fatal sloppy careless hopeless unfriendly overcooked',
  '-0.8':
    'terrible awful horrible horribly worst hate hated hates disgusting disgusted nightmare disaster disastrous catastrophe catastrophic unacceptable outrageous unbearable ridiculous pathetic atrocious appalling abysmal scam garbage rubbish trash crap miserable furious incompetent fraud',
})

/**
 * Words of plain talk for which the model's value is an accident of the texts it was made from: "taking" and "assuming"
 * are no opinions.
 */
export const plain = new Set(
  `built proven sworn according plz pls ya yah yea yep reverend veteran importance recognition absolve adopt allow
  amalgamate animate engage go going meet meets greet obey promote refine relieve revive sublimate subsist unravel validate
  aboard abreast accurate adequate agile appropriate arbitrary aware brisk definite docile enough exact expedient explicit
  fertile foreseeable immense indulgent influential insolvent intense knowing overnight overt pertinent prima profuse
  prominent proper resolute rightful sacred scholarly significant still stout ultra upscale apropos dear easy-going huge
  intimate bold lofty meek pure rapid ready ripe sly solemn straight substantial vast weary apart further plus sterling must
  born prospects prospect adapted adopts adopted agrees approving aspiring asserted assured attracted attracts becoming
  compelled considered constraining consuming decided defined diverted diverting edited enabling enable engages ensuring
  entrusted fulfilled giving greeted greets greeting growing hearing imposing informed maintained mincing observing
  preferred promoted promotes promoting pronounced proved reconciled reconciling reinforced renewing restricting ripened
  sold shining singing speaking startling taking teased thinking validated validates validating backed backs backing boss
  bouncing catching crack cracking dress faced feeling folding hurried joke jokes joking key noted paying plump powered
  reach reached reaches reaching rise rose rises spark stirring suited tops topping waiting whipping work works working
  greater stronger strongest addressed advanced advancing awarded balanced betting bordered chained color colour
  credited designing desired detailed drilled featured fit fitting focused gained gaining gripping guarded increased
  increase interested launched leading licensed mastered matched orienting pent perfumed practiced promised promise
  promises reasoned reasoning releasing rested shaping star starring supporting tempering tested wishing wish wishes
  completing elaborated matured meaning primed right secured secures selected select slicker tender granted granting
  award awards boosts consents consent cure desire dream dreams gains gain intent interests loan master polish progress
  regard resolves resolved resolving signal staple upgrade wonder chief comic content darling elder elite expert gold moral
  premium principal superior visionary absorbed absorbing centralizing decorated dedicated determined dignifying expand
  expands extend extends integrating intended invite inviting overlook prepared protects ratified restored restore restores
  restoring seasoned simplified specialized subsidized unified verified verifying christian faith bully volunteer belonging
  clapping innovate praying pray prays relaxed accelerated booming dashing exploded fetching intrigues mature overriding
  reigning roaring stimulated bankrupt correct deliberate sedate randy rich foster grace grant aspire jesus laureate metier
  advantages adorned haunting killing rattling sobering smashing
  mar stung fallen forbidden sic chevy burglar contender critic critics daredevil ghost outlaw prisoner denial deterrent
  funeral underestimate verdict harry downstairs hunger pants pressure static abandon admit admits admitted avert averted
  avoid avoids avoided await awaits awaited deport die dying discard discards discarded exclude excluded exploit expose
  exposed exposes forget forgot hide hides hid hiding impose imposed inhibit prevent prevents prevented prohibit prohibits
  prohibiting repel resign resigned resigns restrict restricted restricts revoke shoot stab stagger suffer adamant aggressive
  alone beneath blind despondent false frantic humble keen mandatory necessary essential offline overweight plain undecided
  unguarded unsettled unsold urgent lapsed down gray grey hesitant loose odd rainy shy strange tart yen despite deaf giddy
  accidents deaths denials funerals funerals verdicts collides coerced constrained darkened darkening detached disabling
  expelled slip smuggled subsiding warned warns warning warnings bore beating beef blocked blocking chilling crowding cry
  cuts cutting drag drags dragged dropped fell falling fired firing gun hacked loosened rope settling shout stand struck
  stopped stopping storm swear tears trying lowest lower assumed assuming banned charged clouded collapsed combat combats
  crushed daring demanded demanding dipped disguised dodging drained dumped escaping forced gagged laboring labouring limited
  lobbied lobbying leaked protesting questioned questioning rejected rejecting sentenced sentencing sheltered silencing
  sneezed sneezing subbing tricked warring weathered fines suspected suspecting suspects sued suing alarm attacked attack
  attacks ban battle battles bias biased bitch blitz bomb breach breaches bruise bypass crush desert disguise disguises dump
  dumps escape escapes fear flash kill kills killed leak limits lobby murder murders names object police protest protests
  riot riots shock spite stall stress swipe temper token trap traps trick weeds mistaking crude dark grave homeless exempt
  affected cramp decayed defer deferring discounted infected infect isolated mitigated offending overlooked puzzle steamed
  stereotype stunned suspect suspend suspended worn brook dick empty faint pale hollow rookie stomach rob biff foreboding
  harry lurk stinging terrorist terrorists rebel rebels boycott arrest arrested arrests negotiations`.split(/\s+/),
)

/** Fixed turns of phrase, matched before single words; their words count no further. */
export const phrases: readonly (readonly [RegExp, number])[] = [
  ...turns(
    0.8,
    `(?:ca|could|can|would)(?:n't|n’t|not| not) (?:be|have been) (?:any )?(?:happier|better|more pleased|prouder)`,
    `ca(?:n't|n’t|nnot)(?: \\w+)? (?:wait|thank (?:you|him|her|them|everyone) enough)`,
    `looking forward`,
    `thumbs up`,
    `ma(?:de|kes?) (?:my|our|his|her|their|everyone's) (?:day|week|year)`,
    `(?:the|an) extra mile`,
    `hats? off`,
    `music to (?:my|our) ears`,
    `like a charm`,
    `without a (?:hitch|glitch|problem)`,
    `over the moon`,
    `second to none`,
    `worth (?:every|it|the)(?: \\w+)?`,
    `a million thanks|thanks a (?:million|lot)`,
    `(?:would|could|did)(?:n't|n’t| not) hesitate`,
    `next level|top[- ]notch|first[- ]class|game[- ]changer|life[- ]?saver`,
  ),
  ...turns(
    0.5,
    `on track|on time|ahead of schedule|under budget`,
    `(?:not|n't|n’t) (?:\\w+ )?(?:bad|half bad)(?: at all)?`,
    `well done|good to go|no complaints?`,
    `(?:no|without(?: any)?|not any|n't (?:have |had |see |find )?any|found no|zero) (?:real |major |more )?(?:problems?|issues?|errors?|bugs?|trouble|downtime)`,
    `nothing went wrong|never (?:fails?|failed|lets? (?:me|us) down)|never been let down`,
    `n(?:ever|ot) let (?:me|us|anyone) down`,
    `(?:could|can)(?:n't|n’t| not) (?:ask|wish|hope) for|nothing to complain|hit(?:s|ting)? the spot|above and beyond`,
    `(?:kept|keeps?|keeping) (?:its|their|his|her|your|my) (?:promises?|word)|(?:will|we'll|i'll|definitely) (?:\\w+ )?(?:be back|come back|return)`,
    `wo(?:n't|n’t) (?:regret|be disappointed)|will not (?:regret|be disappointed)`,
    `just works|solved (?:my|our|the) problem|(?:saves|saved) (?:me|us|them|everyone|a lot|hours|so much)`,
    `no longer (?:in pain|a problem|an issue|broken|slow|worried)|turned out (?:\\w+ )?(?:well|fine|nicely)`,
    `ended (?:\\w+ )?well|went (?:\\w+ )?(?:well|smoothly)`,
    `we love|would love|big fan`,
  ),
  ...turns(
    -0.8,
    `waste of (?:\\w+ )?(?:time|money|space)`,
    `too good to be true`,
    `(?:fed up|sick and tired|had (?:it|enough))(?: with| of)?`,
    `end of (?:my|our|his|her|their) (?:rope|tether)`,
    `train ?wreck|dumpster fire|(?:down|up) the drain|rip[- ]?off`,
    `pain in the \\w+`,
    `bad taste in`,
    `(?:want|need|get|demand) (?:my|our|their) money back`,
    `driv\\w+ (?:me|us|everyone|everybody|him|her|them) (?:\\w+ )?(?:crazy|mad|insane|nuts|up the wall)`,
    `not what (?:I|we) (?:signed up for|paid for|ordered|expected|asked for)`,
    `last straw|not good enough|(?:had|is|are) no (?:care|clue)|thumbs down|stay away|avoid at all`,
  ),
  ...turns(
    -0.5,
    `behind schedule|over budget|out of order`,
    `f(?:alls?|ell|alling) (?:flat|short|apart|through)`,
    `(?:let|lets|letting) (?:me|us|everyone|everybody|them|him|her) down|left (?:me|us|them) hanging`,
    `pass(?:es|ed|ing)? the buck`,
    `no longer (?:works?|working|available|responds?|supported|properly)`,
    `(?:does|do|did|is|was|are|were|has|had|wo|will|ca|can|could)(?:n't|n’t|not| not) (?:\\w+ )?(?:work|working|help|respond|load|start|open|solve|answer|answered|arrive|arrived)\\b`,
    `never (?:\\w+ )?(?:works?|worked|arrived?|answered|called back|showed up|responded|replied)`,
    `nobody (?:answers?|answered|takes|cares?|helped|knows|responds?|listens?)`,
    `nothing (?:\\w+ )?(?:works|worked|useful|good|helpful|new)`,
    `(?:hardly|barely|scarcely) (?:works?|worked|usable|functions?|any)`,
    `could(?:n't| not)? have (?:been|done|gone) (?:much |a lot |far )?(?:better|more)`,
    `far too|way too|much too|cut(?:s|ting)? out|impossible to|could not solve|keeps? (?:crashing|failing|freezing|breaking|cutting)`,
    `used to be (?:\\w+ )?(?:good|great|better|nice)`,
    `no (?:confidence|trust|idea|excuse|respect|sense|point|help)`,
    `ma(?:de|kes?) (?:me|us|him|her|them) (?:sick|angry|sad|ill)`,
    `(?:damage|harm|threat) to|serious(?:ly)? (?:damage|harm|problem|issue)s?|low morale|morale is low`,
    `lost (?:\\w+ ){0,2}(?:customers?|clients?|data|money|sales|deal|files?)`,
    `ended in (?:a )?(?:\\w+)`,
    `(?:caused?|causing|big|huge|major|serious|real|constant|many|too many|so many) (?:problems?|issues?|trouble|errors?|bugs?|complaints?)`,
    `(?:problem|issue|trouble) with`,
    `(?:do|does|did)(?:n't|n’t| not) (?:even )?(?:bother|care|show up|turn up|call back|reply|respond|listen)|no(?: |-)?(?:one|body) (?:even )?(?:bothered|cared|told)`,
    `(?:would|should|could) have been (?:nice|good|better|easier)|if only|leaves? a lot to be desired`,
    `(?:would|will|wo|wouldn)(?:n't|n’t| not|'t) (?:\\w+ )?(?:go|be|come|return|order|use|buy)(?: \\w+)? (?:back|again)|would not return`,
    `hung up on|on hold for|round (?:and round )?in circles|run(?:ning)? out of|r[au]n out of|nothing gets (?:done|decided)`,
    `not (?:really |so |quite |very )?sure (?:this|that|it|we)|going to fly|not worth|had to wait|waited (?:\\w+ ){0,2}(?:hours|days|weeks|months)`,
    `took (?:\\w+ )?(?:an hour|hours|days|weeks|months|forever)|nothing but trouble|for no reason`,
    `this bug`,
  ),
  // Charged words in plain statements.
  ...turns(
    0,
    `like button|help page|error (?:handling|report|code|message|log|rate)s?|risk management|security (?:software|update|team|policy|camera)s?`,
    `happy hour|happy birthday|good (?:morning|afternoon|evening|night|bye)|best practices?|pretty print\\w*|bug report|(?:mister|miss|mrs|mr|ms|dr) \\w+`,
    `customer satisfaction|satisfaction survey|no (?:one|problem)|not only|no doubt|a good (?:deal|many|number)|kind of|sort of|as well(?: as)?|at least|at best`,
    `bad time|good time to|problem sets?|break even|coffee break|lunch break|deadline`,
  ),
]

export const negators = new Set(
  "not n't n’t never no nobody none nothing neither nor without cannot hardly barely scarcely isnt wasnt dont doesnt didnt cant couldnt wont wouldnt arent werent aint lacks lacking".split(
    ' ',
  ),
)

export const intensifiers: Readonly<Record<string, number>> = {
  ...factor(1.35, 'very really extremely so absolutely incredibly totally completely utterly truly simply seriously'),
  ...factor(1.35, 'remarkably exceptionally highly deeply such way much far total complete'),
  ...factor(0.75, 'slightly somewhat fairly rather quite little bit mildly kinda partly'),
}

function valued(table: Record<string, string>): Record<string, number> {
  const entries = Object.entries(table).flatMap(([value, list]) => list.split(' ').map((word) => [word, Number(value)]))
  return Object.fromEntries(entries)
}

function factor(value: number, list: string): Record<string, number> {
  return Object.fromEntries(list.split(' ').map((word) => [word, value]))
}

function turns(value: number, ...patterns: string[]): (readonly [RegExp, number])[] {
  return patterns.map((pattern) => [new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}])`, 'giu'), value] as const)
}
