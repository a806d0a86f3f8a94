import type { AskAnswer, Insights, Limit } from '@mina/contract'
import { useUser } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { understandingMessages } from './messages/index.ts'

/** What would bring a language model: which settings, for who runs this Mina; for everybody else, whom to ask. */
function useModelHint() {
  const words = useWords(understandingMessages)
  return words(useUser()?.role === 'admin' ? 'model.how' : 'model.who')
}

function Lines({ of, said }: { of: readonly Limit[]; said: (code: Limit['code']) => string }) {
  return of.map(({ code }) => (
    <p key={code} className="small muted">
      {said(code)}
    </p>
  ))
}

/** Why there is no more of an answer. */
export function AnswerLimits({ of }: { of: AskAnswer }) {
  const words = useWords(understandingMessages)
  const hint = useModelHint()
  const said = (code: Limit['code']) =>
    code === 'model_failed' ? words('ask.model_failed') : `${words('ask.no_model')} ${hint}`
  return <Lines of={of.limits} said={said} />
}

/** What could not be found in a conversation. */
export function InsightLimits({ of }: { of: Insights }) {
  const words = useWords(understandingMessages)
  const hint = useModelHint()
  const failed = of.limits.some(({ code }) => code === 'model_failed')
  const said = (code: Limit['code']) => {
    if (code === 'model_failed') return words('insights.model_failed')
    if (of.engine === 'model') return words('insights.names_in_english')
    return failed ? words('insights.only_english') : `${words('insights.only_english')} ${hint}`
  }
  return <Lines of={of.limits} said={said} />
}
