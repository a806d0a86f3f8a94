/** First names that the English dictionary lacks; the rest it knows. Lower case. */
const more = new Set(
  `giulia giulio giuseppe giovanni giorgio giorgia chiara federica federico matteo lorenzo simone davide riccardo stefano
  alessia alessandra elisa ilaria martina sofia beatrice caterina emanuele gianluca tommaso filippo edoardo niccolò nicolò
  jürgen jörg jörn günther günter dieter uwe heike heiko katrin kathrin katharina ulrike ulrich wolfgang thorsten torsten
  matthias sebastian tobias niklas jannik jonas lena leonie annika silke petra birgit anke antje gudrun ingrid helga horst
  holger rainer manfred bernd detlef gerhard hannelore franziska johannes lukas felix moritz maximilian frieda fritz
  amélie aurélie benoît céline chloé clément élodie émilie étienne françois françoise frédéric gaëlle geneviève gérard
  guillaume hélène hervé jérôme joël léa léo loïc mathieu mathilde maxime noémie océane pauline quentin raphaël rémi rené
  sébastien solène stéphane stéphanie thibault thierry théo valérie véronique yann yves zoé
  adrián álvaro andrés ángel ángela begoña belén concepción dolores elías fátima félix gonzalo guillermo héctor ignacio
  íñigo jaime javier jesús joaquín jorge josé juan julián laura lucía luis maría marta martín mercedes miguel mónica montserrat
  nerea nuria óscar pablo paloma raúl rocío rodrigo rubén sergio sofía soledad teresa tomás verónica víctor xavier
  afonso beatriz catarina diogo duarte francisca gonçalo inês joão joana leonor lourenço luísa mafalda margarida matilde
  miguel nuno paulo ricardo rui sónia tiago vasco
  anouk bram daan femke fleur floor geert gijs hanneke ingeborg jeroen jelle joost joris kees koen liesbeth lotte maarten
  marieke marijke mieke niels pieter rutger ruud saskia sanne sjoerd sven teun thijs tijmen wouter
  björn agnieszka andrzej bartosz beata grzegorz jakub katarzyna krzysztof łukasz magdalena małgorzata michał paweł piotr
  stanisław tomasz wojciech zbigniew zuzanna aleksandr alexei andrei anastasia dmitri dmitry ekaterina evgeny igor irina
  ivan ksenia ludmila natalia nikolai oleg olga pavel sergei sergey svetlana tatiana vladimir yelena yuri oksana taras
  aarav aditi aditya ajay akash amit ananya anil anita anjali arjun arun ashok deepak deepika divya gaurav kavita kiran
  krishna lakshmi manish manoj meera mohan neha nikhil nisha pooja prakash pradeep praveen priya priyanka rahul raj rajesh
  rakesh ramesh ravi rohan rohit sandeep sanjay sanjeev shreya shruti sneha suresh sunil sunita swati vijay vikram vinod
  abdul abdullah ahmed ali aisha amina amir bilal fatima farid fatma hamza hassan hussein ibrahim imran jamal karim khadija
  khalid layla leila mahmoud mariam mohamed mohammed muhammad mustafa nadia nour omar osama rashid salma samir tariq yasmin
  yousef youssef yusuf zainab zahra ayşe burak cem elif emre hakan mehmet murat özgür selin zeynep
  adaeze abena adebayo ade akua ama amara amadou ayodele chiamaka chidi chinedu chinwe chukwu efua emeka folake ifeoma
  ikenna kofi kwabena kwame kwasi mamadou ngozi nkechi nnamdi obinna oluwaseun olu sekou temitope thabo uche yaw yetunde
  haruto hiroshi kenji naoki sakura satoshi takashi yuki yuko akiko haruka jiho jisoo minjun seoyeon soojin haoran jiahui
  mei wei xiaoming xiaoyan yifan yuxin zihan siobhan aoife ciarán eoghan niamh oisín saoirse caoimhe rhys llewellyn`.split(
    /\s+/,
  ),
)

/** In English these are names only where a capital inside a sentence says so. */
const words = new Set(
  `will mark grace rose hope faith joy bill art frank rich drew chase chance grant miles page pat sue dean earl lane reed
  dawn summer ivy olive ruby pearl amber crystal rob don gene ray guy jay penny sandy rusty melody harmony mercy patience
  nick jack harry max rocky buck curt dick duke gay hale hunter jimmy josh ken kitty lance link major mason misty norm
  parker piper porter prince ray reed robin rock rod royal sage sky skip stew tanner taylor trip tucker victor wade ward`.split(
    /\s+/,
  ),
)
/** Months, places and days that people are named after too: never without a surname. */
const places = new Set(
  `may april june august january paris sydney florence austin dallas sierra virginia carolina victoria georgia jordan
  chelsea london brooklyn madison jackson lincoln washington israel chad kenya india china america asia charlotte sienna
  verona lourdes santiago san santa don sunday friday wednesday christian english german french roma milano martin market
  excel word chrome apple siemens mina meta alexa siri angel marina regina augusta cruz costa`.split(/\s+/),
)

export const isAlsoAWord = (lower: string): boolean => words.has(lower) && !places.has(lower)
export const neverAlone = (lower: string): boolean => places.has(lower)

interface WithModel {
  model(): { one: { lexicon: Record<string, string | string[]> } }
}

/** Whether a word is somebody's first name, in one of many languages. */
export async function givenNames(): Promise<(lower: string) => boolean> {
  const { default: nlp } = await import('compromise')
  const { lexicon } = (nlp as unknown as WithModel).model().one
  return (lower) =>
    more.has(lower) ||
    (Object.hasOwn(lexicon, lower) && [lexicon[lower]!].flat().some((tag) => /^(?:Male|Female|First)Name$/.test(tag)))
}
