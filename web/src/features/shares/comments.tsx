import { addComment, type Comment, listComments } from '@mina/contract'
import { type FormEvent, useEffect, useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { clock, useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Problem, TextArea, TextField } from '../../ui/field.tsx'
import { shareMessages } from './messages/index.ts'

const nameKey = 'mina.reader'
const remembered = () => {
  try {
    return localStorage.getItem(nameKey) ?? ''
  } catch {
    return ''
  }
}

/** What readers say, and a place to say something; no account, no query cache: this page is light. */
export function Comments({
  token,
  position,
  onGo,
}: {
  token: string
  position: (() => number) | undefined
  onGo: ((ms: number) => void) | undefined
}) {
  const words = useWords(shareMessages)
  const say = useFormats()
  const fail = useFailureText()
  const [all, setAll] = useState<Comment[]>([])
  const [at, setAt] = useState<number | null>(null)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const [sent, setSent] = useState(false)
  useEffect(() => {
    call(listComments, { params: { token } }).then(({ items }) => setAll(items), setFailure)
  }, [token])

  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const given = new FormData(form)
    const [name, text] = [String(given.get('name') ?? '').trim(), String(given.get('text') ?? '').trim()]
    if (!name || !text || busy) return
    setBusy(true)
    setFailure(null)
    try {
      const { comment } = await call(addComment, {
        params: { token },
        body: { name, text, ...(at !== null && { at_ms: at }) },
      })
      setAll((now) => [...now, comment])
      setSent(true)
      setAt(null)
      form.querySelector('textarea')?.form?.reset()
      localStorage.setItem(nameKey, name)
    } catch (cause) {
      setFailure(cause)
    } finally {
      setBusy(false)
    }
  }
  return (
    <section className="comments" aria-labelledby="comments">
      <h2 id="comments">{words('page.comments')}</h2>
      {!all.length && <p className="muted">{words('page.comment.none')}</p>}
      <ul>
        {all.map((it) => (
          <li key={it.id}>
            <p className="small muted">
              <b dir="auto">{it.name}</b> <time dateTime={it.created_at}>{say.date(it.created_at)}</time>
              {it.at_ms !== null &&
                (onGo ? (
                  <button type="button" className="plain num" onClick={() => onGo(it.at_ms ?? 0)}>
                    {clock(it.at_ms)}
                  </button>
                ) : (
                  <span className="num">{clock(it.at_ms)}</span>
                ))}
            </p>
            <p dir="auto">{it.text}</p>
          </li>
        ))}
      </ul>
      <form onSubmit={(event) => void send(event)}>
        <TextField
          label={words('page.comment.name')}
          name="name"
          required
          maxLength={80}
          defaultValue={remembered()}
          autoComplete="name"
        />
        <TextArea label={words('page.comment.text')} name="text" required maxLength={2000} />
        {position && (
          <Checkbox
            label={words('page.comment.at', { time: clock(at ?? position()) })}
            checked={at !== null}
            onChange={(on) => setAt(on ? Math.round(position()) : null)}
          />
        )}
        <div role="alert" className="contents">
          {failure !== null && <Problem>{fail(failure)}</Problem>}
        </div>
        <div className="row">
          <Button look="go" big type="submit" busy={busy}>
            {words('page.comment.send')}
          </Button>
          <span role="status" className="small muted">
            {sent && words('page.comment.sent')}
          </span>
        </div>
      </form>
    </section>
  )
}
