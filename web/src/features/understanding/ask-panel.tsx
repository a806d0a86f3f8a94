import { type AskAnswer, askLibrary } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { call } from '../../api/call.ts'
import { useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { FailedPart, Progress } from '../../ui/states.tsx'
import { BestMarked, Sentences } from './answer.tsx'
import { Cite } from './cite.tsx'
import { AnswerLimits } from './limits.tsx'
import { understandingMessages } from './messages/index.ts'

interface Exchange {
  question: string
  answer: AskAnswer
}

function Answer({ it, goTo }: { it: AskAnswer; goTo: (ms: number) => void }) {
  const words = useWords(understandingMessages)
  return (
    <>
      {!it.found && <p>{words('ask.not_found')}</p>}
      {it.answer.length > 0 && <Sentences of={it.answer} cite={({ start_ms }) => <Cite ms={start_ms} goTo={goTo} />} />}
      {!it.answer.length && it.passages.length > 0 && (
        <>
          <p className="small muted">{words('ask.passages')}</p>
          {it.passages.slice(0, 4).map((one) => (
            <p key={`${one.segment_id} ${one.start_ms}`} dir="auto">
              <span className="muted">
                <BestMarked of={one} />
              </span>{' '}
              <Cite ms={one.start_ms} goTo={goTo} />
            </p>
          ))}
        </>
      )}
      <AnswerLimits of={it} />
    </>
  )
}

export function AskPanel({ id, goTo }: { id: string; goTo: (ms: number) => void }) {
  const words = useWords(understandingMessages)
  const [said, setSaid] = useState<Exchange[]>([])
  const [question, type] = useState('')
  const end = useRef<HTMLDivElement>(null)
  const ask = useMutation({
    mutationFn: (text: string) => call(askLibrary, { body: { question: text, conversation_id: id } }),
    onSuccess: (answer, text) => {
      setSaid((now) => [...now, { question: text, answer }])
      type('')
      requestAnimationFrame(() => end.current?.scrollIntoView({ block: 'nearest' }))
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (question.trim() && !ask.isPending) ask.mutate(question.trim())
  }
  return (
    <>
      <div aria-live="polite">
        {said.map((it, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may be asked twice; they only ever grow
          <div className="qa" key={at}>
            <p className="q" dir="auto">
              {it.question}
            </p>
            <Answer it={it.answer} goTo={goTo} />
          </div>
        ))}
      </div>
      <form className="make" onSubmit={submit}>
        <TextField
          label={words('ask.label')}
          hint={words('ask.hint')}
          placeholder={words('ask.example')}
          maxLength={1000}
          value={question}
          onChange={(event) => type(event.currentTarget.value)}
        />
        <Button look="go" type="submit" busy={ask.isPending} disabled={!question.trim()}>
          {words('ask.go')}
        </Button>
        {ask.isPending && <Progress label={words('ask.thinking')} />}
        {ask.isError && <FailedPart failure={ask.error} />}
      </form>
      <div ref={end} />
    </>
  )
}
