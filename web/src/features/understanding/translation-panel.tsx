import { deleteTranslation, startTranslation } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Languages, Trash2, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText, useForReader } from '../../api/failure.ts'
import { useTranslatorName } from '../../app/engine-names.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Select, Switch } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart, Progress, Told } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { understandingMessages } from './messages/index.ts'
import { byLanguage, translationsQuery } from './query.ts'
import { TranslatedText } from './translated-text.tsx'
import { TranslationVersions } from './translation-versions.tsx'

const languages = [
  'en',
  'it',
  'de',
  'fr',
  'es',
  'pt',
  'nl',
  'pl',
  'ro',
  'uk',
  'ru',
  'tr',
  'ar',
  'he',
  'hi',
  'zh',
  'ja',
  'ko',
]

/** The reader's own language, unless that is what is spoken. */
const likely = (spoken: string | null) =>
  [...navigator.languages, ...languages]
    .map((tag) => tag.slice(0, 2).toLowerCase())
    .find((tag) => languages.includes(tag) && tag !== spoken?.slice(0, 2)) ?? 'en'

interface PanelProps {
  id: string
  /** The language of the conversation, as far as it is known. */
  spoken: string | null
  /** Which passage is heard, so that its translation is marked. */
  heard: string | undefined
  under: boolean
  chosen: string | undefined
  onChoose: (language: string | undefined) => void
  onUnder: (it: boolean) => void
  goTo: (ms: number) => void
}

export function TranslationPanel({ id, spoken, heard, under, chosen, onChoose, onUnder, goTo }: PanelProps) {
  const words = useWords(understandingMessages)
  const shared = useWords(shell)
  const say = useFormats()
  const fail = useFailureText()
  const forReader = useForReader()
  const translatorName = useTranslatorName()
  const list = useQuery(translationsQuery(id))
  const [wanted, setWanted] = useState(() => likely(spoken))
  const refresh = () => void queries.invalidateQueries({ queryKey: translationsQuery(id).queryKey })
  const start = useMutation({
    mutationFn: (language: string) => call(startTranslation, { params: { id }, body: { target_language: language } }),
    onSuccess: ({ translation }) => onChoose(translation.language),
    onSettled: refresh,
  })
  const remove = useMutation({
    mutationFn: (language: string) => call(deleteTranslation, { params: { id, language } }),
    onSuccess: () => {
      onChoose(undefined)
      toast(words('translation.removed'))
    },
    onError: (failure) => toast({ text: fail(failure), kind: 'warn' }),
    onSettled: refresh,
  })
  if (list.isPending) return <Skeleton lines={4} />
  if (list.isError) return <FailedPart failure={list.error} retry={() => void list.refetch()} />
  const translations = byLanguage(list.data.items)
  const shown = translations.find((it) => it.language === chosen) ?? translations[0]
  const { newest, read } = shown ?? {}
  const working = newest?.status === 'queued' || newest?.status === 'running'
  return (
    <>
      {!translations.length && (
        <div className="teach">
          <Icon of={Languages} />
          <b>{words('translation.none')}</b>
          <p>{words('translation.none.text')}</p>
        </div>
      )}
      {translations.length > 1 && (
        <div className="filters">
          {translations.map((it) => (
            <button
              key={it.language}
              type="button"
              aria-pressed={it === shown}
              className="badge"
              onClick={() => onChoose(it.language)}
            >
              {say.languageName(it.language)}
            </button>
          ))}
        </div>
      )}
      {shown && newest && read && (
        <section>
          <div className="row">
            <h2 className="grow">{say.languageName(shown.language)}</h2>
            <IconButton
              icon={Trash2}
              label={words('translation.remove')}
              onClick={() => remove.mutate(shown.language)}
            />
          </div>
          {working && (
            <div className="working">
              <p className="small muted">
                {words('translation.working')}{' '}
                {newest.segments.total > 0 && (
                  <span className="num">
                    {newest.segments.translated} / {newest.segments.total}
                  </span>
                )}
              </p>
              <Progress
                part={newest.status === 'queued' ? undefined : newest.progress}
                label={words('translation.working')}
              />
            </div>
          )}
          {newest.status === 'failed' && (
            <Told icon={TriangleAlert} kind="warn">
              {words('translation.failed')} {newest.error && forReader(newest.error)}
            </Told>
          )}
          {!working && (read.segments.stale > 0 || newest.status === 'failed') && (
            <div className="make">
              {read.segments.stale > 0 && (
                <p className="small muted">{words('translation.stale', { count: read.segments.stale })}</p>
              )}
              <Button look="line" busy={start.isPending} onClick={() => start.mutate(shown.language)}>
                {newest.status === 'failed' ? shared('retry') : words('translation.refresh')}
              </Button>
            </div>
          )}
          {read.status !== 'failed' && (
            <>
              <Switch
                label={words('translation.under')}
                checked={under}
                onChange={(on) => {
                  onChoose(shown.language)
                  onUnder(on)
                }}
              />
              <TranslatedText id={id} read={read} heard={heard} goTo={goTo} />
              <p className="small muted">{words('translation.by', { engine: translatorName(read.engine) })}</p>
            </>
          )}
          {shown.versions.length > 1 && <TranslationVersions id={id} versions={shown.versions} read={read} />}
        </section>
      )}
      <form
        className="make"
        onSubmit={(event) => {
          event.preventDefault()
          start.mutate(wanted)
        }}
      >
        <Select
          label={words('translation.language')}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        >
          {languages.map((it) => (
            <option key={it} value={it}>
              {say.languageName(it)}
            </option>
          ))}
        </Select>
        <Button look={translations.length ? 'line' : 'go'} icon={Languages} type="submit" busy={start.isPending}>
          {words('translation.make')}
        </Button>
        {start.isError && <FailedPart failure={start.error} />}
      </form>
    </>
  )
}
