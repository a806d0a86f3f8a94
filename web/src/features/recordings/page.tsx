import { useMutation } from '@tanstack/react-query'
import { Link2, Upload } from 'lucide-react'
import { type DragEvent, type FormEvent, useEffect, useRef, useState } from 'react'
import { useFailureText } from '../../api/failure.ts'
import { takeHanded } from '../../app/handed.ts'
import { Main } from '../../app/main-area.tsx'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Select, TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { uploadMessages } from './messages/index.ts'
import { addFiles, addLink, clearSent, type Item, showInterrupted, useUploads } from './queue.ts'
import { UploadRow } from './row.tsx'
import type { Wishes } from './send.ts'
import './upload.css'

const languages = ['en', 'it', 'de', 'fr', 'es', 'pt', 'nl', 'pl', 'ru', 'uk', 'tr', 'ar', 'hi', 'ja', 'ko', 'zh', 'sv']

function Drop({ over, add }: { over: boolean; add: (files: Iterable<File>) => void }) {
  const words = useWords(uploadMessages)
  const input = useRef<HTMLInputElement>(null)
  return (
    <div className={over ? 'drop-zone over' : 'drop-zone'}>
      <span className="disc">
        <Icon of={Upload} />
      </span>
      <div className="grow">
        <h2>{words(over ? 'drop.over' : 'drop.title')}</h2>
        <p>{words('drop.text')}</p>
      </div>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={words('drop.choose')}
        accept="audio/*,video/*,.m4a,.opus,.amr,.mkv,.wma,.aiff,.caf"
        onChange={({ currentTarget: it }) => {
          if (it.files) add([...it.files])
          it.value = ''
        }}
      />
      <Button look="go" big onClick={() => input.current?.click()}>
        {words('drop.choose')}
      </Button>
    </div>
  )
}

function FromLink({ wishes }: { wishes: Wishes }) {
  const words = useWords(uploadMessages)
  const say = useFailureText()
  const [url, setUrl] = useState('')
  const [bad, setBad] = useState(false)
  const fetching = useMutation({
    mutationFn: () => addLink(url.trim(), wishes),
    onSuccess: () => setUrl(''),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const good = /^https?:\/\/[^\s.]+\.\S+/.test(url.trim())
    setBad(!good)
    if (good) fetching.mutate()
  }
  return (
    <section className="from-link">
      <h2>{words('link.title')}</h2>
      <form onSubmit={submit} noValidate>
        <TextField
          label={words('link.label')}
          hideLabel
          type="url"
          dir="ltr"
          inputMode="url"
          placeholder={words('link.placeholder')}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          error={bad ? words('link.bad') : fetching.error ? say(fetching.error) : undefined}
        />
        <Button look="line" big icon={Link2} type="submit" busy={fetching.isPending}>
          {words('link.go')}
        </Button>
      </form>
    </section>
  )
}

function Queue({ items }: { items: readonly Item[] }) {
  const words = useWords(uploadMessages)
  const say = useFormats()
  const files = items.filter((it) => it.kind === 'file' && it.state !== 'failed')
  const size = files.reduce((sum, it) => sum + it.size, 0)
  const sent = files.reduce((sum, it) => sum + it.sent, 0)
  return (
    <section className="queue">
      <div className="queue-head">
        <h2>{words('list.title')}</h2>
        <span className="muted num grow">
          {files.length > 0 &&
            words('list.total', { count: files.length, percent: say.percent(size ? sent / size : 0) })}
        </span>
        {items.some((it) => it.state === 'sent') && <Button onClick={clearSent}>{words('list.clear')}</Button>}
      </div>
      <ul>
        {items.map((it) => (
          <UploadRow key={it.key} it={it} />
        ))}
      </ul>
    </section>
  )
}

export function UploadPage() {
  const words = useWords(uploadMessages)
  const say = useFormats()
  const items = useUploads()
  const [language, setLanguage] = useState('')
  const [diarize, setDiarize] = useState(false)
  const [over, setOver] = useState(false)
  const wishes: Wishes = { language: language || undefined, diarize }
  const add = (files: Iterable<File>) => addFiles(files, wishes)
  const newest = useRef(add)
  newest.current = add
  useEffect(() => void showInterrupted(), [])
  useEffect(() => takeHanded((files) => newest.current(files)), [])
  const drag = {
    onDragOver(event: DragEvent) {
      event.preventDefault()
      setOver(true)
    },
    onDragLeave(event: DragEvent) {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
    },
    onDrop(event: DragEvent) {
      event.preventDefault()
      setOver(false)
      add(event.dataTransfer?.files ?? [])
    },
  }
  return (
    <Main title={words('title')} className="page upload-page">
      <div className="upload" {...drag}>
        <h1>{words('title')}</h1>
        <p className="muted">{words('lead')}</p>
        <Drop over={over} add={add} />
        <div className="upload-options">
          <Select
            label={words('options.language')}
            hint={words('options.hint')}
            value={language}
            onChange={(event) => setLanguage(event.currentTarget.value)}
          >
            <option value="">{words('options.auto')}</option>
            {languages.map((tag) => (
              <option key={tag} value={tag}>
                {say.languageName(tag)}
              </option>
            ))}
          </Select>
          <Checkbox label={words('options.diarize')} checked={diarize} onChange={setDiarize} />
        </div>
        {items.length > 0 && <Queue items={items} />}
        <FromLink wishes={wishes} />
      </div>
    </Main>
  )
}
