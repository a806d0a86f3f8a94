import {
  addVocabulary,
  applyVocabulary,
  deleteVocabulary,
  listVocabulary,
  suggestVocabulary,
  type VocabularyWord,
} from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { ListRow } from '../../ui/list-row.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { settingsMessages } from './messages/index.ts'
import { Section, Sure } from './section.tsx'

const queryKey = ['settings', 'vocabulary']
const refresh = () => queries.invalidateQueries({ queryKey })
const useAdd = (done?: () => void) =>
  useMutation({
    mutationFn: (body: { word: string; heard_as: string[] }) => call(addVocabulary, { body }),
    onSuccess: done,
    onSettled: refresh,
  })

function Add() {
  const words = useWords(settingsMessages)
  const say = useFailureText()
  const [word, setWord] = useState('')
  const [heard, setHeard] = useState('')
  const add = useAdd(() => {
    setWord('')
    setHeard('')
  })
  return (
    <form
      className="line-form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        const heard_as = heard
          .split(',')
          .map((it) => it.trim())
          .filter(Boolean)
        if (word.trim()) add.mutate({ word: word.trim(), heard_as })
      }}
    >
      <TextField
        label={words('words.word')}
        maxLength={80}
        value={word}
        onChange={(event) => setWord(event.currentTarget.value)}
        error={add.error ? say(add.error) : undefined}
      />
      <TextField
        label={words('words.heard')}
        hint={words('words.heardHint')}
        value={heard}
        onChange={(event) => setHeard(event.currentTarget.value)}
      />
      <Button look="line" big type="submit" busy={add.isPending} disabled={!word.trim()}>
        {words('words.add')}
      </Button>
    </form>
  )
}

function WordRow({ it }: { it: VocabularyWord }) {
  const words = useWords(settingsMessages)
  const shared = useWords(shell)
  const say = useFailureText()
  const [found, setFound] = useState<{ segments: number; conversations: number }>()
  const onError = (failure: unknown) => toast({ text: say(failure), kind: 'warn' })
  const remove = useMutation({
    mutationFn: () => call(deleteVocabulary, { params: { id: it.id } }),
    onSuccess: () =>
      toast({
        text: `“${it.word}”`,
        action: {
          label: shared('undo'),
          run: () =>
            void call(addVocabulary, { body: { word: it.word, heard_as: it.heard_as } }).then(refresh, onError),
        },
      }),
    onError,
    onSettled: refresh,
  })
  const look = useMutation({
    mutationFn: () => call(applyVocabulary, { params: { id: it.id }, body: { preview: true } }),
    onSuccess: (answer) => (answer.segments ? setFound(answer) : toast(words('words.nothing'))),
    onError,
  })
  const apply = useMutation({
    mutationFn: () => call(applyVocabulary, { params: { id: it.id }, body: { preview: false } }),
    onSuccess: ({ segments }) => {
      setFound(undefined)
      toast(words('words.applied', { count: segments }))
    },
    onError,
  })
  return (
    <li>
      <ListRow
        lead={it.word}
        sub={it.heard_as.length > 0 && `${words('words.heard')}: ${it.heard_as.join(', ')}`}
        end={
          <>
            {it.heard_as.length > 0 && (
              <Button busy={look.isPending} onClick={() => look.mutate()}>
                {words('words.apply')}
              </Button>
            )}
            <Button look="danger" onClick={() => remove.mutate()}>
              {words('words.remove')}
            </Button>
          </>
        }
      />
      {found && (
        <Sure
          title={words('words.applyAsk', { word: it.word })}
          text={words('words.applyText', found)}
          go={words('words.apply')}
          danger={false}
          busy={apply.isPending}
          onGo={() => apply.mutate()}
          onClose={() => setFound(undefined)}
        />
      )}
    </li>
  )
}

function Learned() {
  const words = useWords(settingsMessages)
  const add = useAdd(() => void queries.invalidateQueries({ queryKey: [...queryKey, 'learned'] }))
  const { data } = useQuery({
    queryKey: [...queryKey, 'learned'],
    queryFn: ({ signal }) => call(suggestVocabulary, { signal }),
  })
  if (!data?.items.length) return null
  return (
    <Section title={words('words.learned')}>
      <ul>
        {data.items.slice(0, 10).map(({ heard, meant, count }) => (
          <li key={`${heard} ${meant}`}>
            <ListRow
              lead={meant}
              sub={words('words.learnedText', { heard, meant, count })}
              end={
                <Button look="line" onClick={() => add.mutate({ word: meant, heard_as: [heard] })}>
                  {words('words.take')}
                </Button>
              }
            />
          </li>
        ))}
      </ul>
    </Section>
  )
}

export function Vocabulary() {
  const words = useWords(settingsMessages)
  const list = useQuery({ queryKey, queryFn: ({ signal }) => call(listVocabulary, { signal }) })
  return (
    <>
      <Section title={words('part.vocabulary')} lead={words('words.lead')}>
        <Add />
        {list.isPending && <Skeleton />}
        {list.isError && <FailedPart failure={list.error} retry={() => void list.refetch()} />}
        {list.data?.items.length === 0 && <p className="muted">{words('words.none')}</p>}
        <ul className="mt-4">
          {list.data?.items.map((it) => (
            <WordRow key={it.id} it={it} />
          ))}
        </ul>
      </Section>
      <Learned />
    </>
  )
}
