import { listVersions, restoreVersion, transcribeAgain } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { useEngineName } from '../../app/engine-names.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Select } from '../../ui/field.tsx'
import { ListRow } from '../../ui/list-row.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Badge, FailedPart } from '../../ui/states.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { toast } from '../../ui/toast.ts'
import { type Edits, historyQuery } from './edits.ts'
import { conversationMessages } from './messages/index.ts'
import { conversationKey } from './query.ts'

const languages = [
  'auto',
  'en',
  'it',
  'de',
  'fr',
  'es',
  'pt',
  'nl',
  'pl',
  'ru',
  'uk',
  'ar',
  'hi',
  'zh',
  'ja',
  'ko',
] as const

function Changes({ id, edits }: { id: string; edits: Edits }) {
  const words = useWords(conversationMessages)
  const say = useFormats()
  const history = useQuery(historyQuery(id))
  if (history.isPending) return <Skeleton />
  if (history.isError) return <FailedPart failure={history.error} retry={() => void history.refetch()} />
  if (!history.data.items.length) return <p className="muted">{words('history.none')}</p>
  return (
    <ul>
      {history.data.items.map((it) => (
        <li key={it.id}>
          <ListRow
            lead={it.summary || words(`history.${it.kind}`)}
            sub={`${words(`history.${it.kind}`)} · ${say.ago(it.at)}${it.undone ? ` · ${words('history.undone')}` : ''}`}
            end={
              <Button look="line" onClick={() => void edits.change({ kind: it.undone ? 'redo' : 'undo', edit: it.id })}>
                {words(it.undone ? 'history.redo' : 'history.undo')}
              </Button>
            }
          />
        </li>
      ))}
    </ul>
  )
}

function Versions({ id, hasAudio }: { id: string; hasAudio: boolean }) {
  const words = useWords(conversationMessages)
  const fail = useFailureText()
  const say = useFormats()
  const engineName = useEngineName()
  const [language, setLanguage] = useState<string>('auto')
  const versions = useQuery({
    queryKey: [...conversationKey(id), 'versions'],
    queryFn: ({ signal }) => call(listVersions, { params: { id }, signal }),
  })
  const settled = {
    onError: (failure: Error) => void toast({ text: fail(failure), kind: 'warn' }),
    onSettled: () => void queries.invalidateQueries({ queryKey: conversationKey(id) }),
  }
  const restore = useMutation({
    mutationFn: (it: { id: string; version: number }) => call(restoreVersion, { params: { id, version_id: it.id } }),
    onSuccess: (_, it) => void toast(words('versions.restored', { version: it.version })),
    ...settled,
  })
  const again = useMutation({
    mutationFn: () => call(transcribeAgain, { params: { id }, body: language === 'auto' ? {} : { language } }),
    onSuccess: () => void toast(words('state.started')),
    ...settled,
  })
  if (versions.isPending) return <Skeleton />
  if (versions.isError) return <FailedPart failure={versions.error} retry={() => void versions.refetch()} />
  return (
    <>
      <ul>
        {versions.data.items.map((it) => (
          <li key={it.id}>
            <ListRow
              lead={
                <>
                  {words('versions.one', { version: it.version })}{' '}
                  {it.current && <Badge kind="good">{words('versions.current')}</Badge>}
                </>
              }
              sub={[
                say.date(it.created_at),
                [engineName(it.engine), it.model].filter(Boolean).join(' '),
                it.language && it.language !== 'auto' && it.language !== 'multi' && say.languageName(it.language),
                words('meta.words', { count: it.word_count }),
              ]
                .filter(Boolean)
                .join(' · ')}
              end={
                !it.current && (
                  <Button look="line" onClick={() => restore.mutate(it)}>
                    {words('versions.restore')}
                  </Button>
                )
              }
            />
          </li>
        ))}
      </ul>
      {hasAudio && (
        <section className="again">
          <h3>{words('versions.again')}</h3>
          <p className="muted">{words('versions.again.text')}</p>
          <div className="row items-end">
            <Select
              label={words('versions.language')}
              value={language}
              onChange={(event) => setLanguage(event.currentTarget.value)}
            >
              {languages.map((it) => (
                <option key={it} value={it}>
                  {it === 'auto' ? words('versions.auto') : say.languageName(it)}
                </option>
              ))}
            </Select>
            <Button look="line" big busy={again.isPending} onClick={() => again.mutate()}>
              {words('versions.go')}
            </Button>
          </div>
        </section>
      )}
    </>
  )
}

export function HistoryDialogue({
  id,
  hasAudio,
  edits,
  onClose,
}: {
  id: string
  hasAudio: boolean
  edits: Edits
  onClose: () => void
}) {
  const words = useWords(conversationMessages)
  const [tab, choose] = useState<'changes' | 'versions'>('changes')
  return (
    <Dialog open onClose={onClose} title={words('history.title')} wide className="history">
      <Tabs
        label={words('history.title')}
        chosen={tab}
        onChoose={choose}
        bodyClass="history-body"
        tabs={[
          { name: 'changes', label: words('history.changes'), body: <Changes id={id} edits={edits} /> },
          { name: 'versions', label: words('history.versions'), body: <Versions id={id} hasAudio={hasAudio} /> },
        ]}
      />
    </Dialog>
  )
}
