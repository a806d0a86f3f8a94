import type { ExportFormat } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { useFailureText } from '../../api/failure.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Checkbox, Select } from '../../ui/field.tsx'
import { byLanguage, translationsQuery } from '../understanding/query.ts'
import { downloadExport } from './download.ts'
import { shareMessages } from './messages/index.ts'
import '../../style/dialogues.css'

const formats: readonly ExportFormat[] = ['txt', 'docx', 'pdf', 'md', 'srt', 'vtt', 'xlsx', 'json']
/** Formats in which a time or a speaker can be left out. */
const prose = new Set<ExportFormat>(['txt', 'docx', 'pdf', 'md'])

export function ExportDialogue({ id, title, onClose }: { id: string; title: string; onClose: () => void }) {
  const words = useWords(shareMessages)
  const fail = useFailureText()
  const say = useFormats()
  const [format, setFormat] = useState<ExportFormat>('txt')
  const [times, setTimes] = useState(true)
  const [speakers, setSpeakers] = useState(true)
  const [redact, setRedact] = useState(false)
  const [taken, setTaken] = useState('')
  const translations = useQuery(translationsQuery(id))
  const languages = byLanguage(translations.data?.items ?? [])
    .filter((it) => it.read.status === 'done')
    .map((it) => it.language)
  const [translation, language] = taken.split(' ') as ['both' | 'only' | '', string | undefined]
  const bool = (it: boolean) => (it ? 'true' : 'false')
  const go = useMutation({
    mutationFn: () =>
      downloadExport(id, title, {
        format,
        ...(prose.has(format) && { times: bool(times), speakers: bool(speakers) }),
        ...(language && translation && { language, translation }),
        ...(redact && { redact: 'true' }),
      }),
    onSuccess: onClose,
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={words('export.title', { title })}
      foot={
        <Button look="go" big icon={Download} busy={go.isPending} onClick={() => go.mutate()}>
          {words('export.go')}
        </Button>
      }
    >
      <fieldset className="formats">
        <legend className="vh">{words('export.format')}</legend>
        {formats.map((it) => (
          <label key={it}>
            <input type="radio" name="format" value={it} checked={format === it} onChange={() => setFormat(it)} />
            <b>{it.toUpperCase()}</b>
            <span>{words(`export.${it}`)}</span>
          </label>
        ))}
      </fieldset>
      {prose.has(format) && (
        <>
          <Checkbox label={words('export.times')} checked={times} onChange={setTimes} />
          <Checkbox label={words('export.speakers')} checked={speakers} onChange={setSpeakers} />
        </>
      )}
      <Checkbox
        label={words('export.redact')}
        hint={words('export.redact.hint')}
        checked={redact}
        onChange={setRedact}
      />
      {languages.length > 0 && (
        <Select
          label={words('export.language')}
          value={taken}
          onChange={(event) => setTaken(event.currentTarget.value)}
        >
          <option value="">{words('export.original')}</option>
          {languages.flatMap((it) =>
            (['both', 'only'] as const).map((how) => (
              <option key={`${how} ${it}`} value={`${how} ${it}`}>
                {words(`export.${how}`, { language: say.languageName(it) })}
              </option>
            )),
          )}
        </Select>
      )}
      <div role="alert" className="contents">
        {go.isError && <p className="problem">{fail(go.error)}</p>}
      </div>
    </Dialog>
  )
}
