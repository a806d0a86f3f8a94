import { deleteTranslationVersion, restoreTranslation, type StoredTranslation } from '@mina/contract'
import { useMutation } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { useTranslatorName } from '../../app/engine-names.ts'
import { queries } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { ListRow } from '../../ui/list-row.tsx'
import { Badge } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { understandingMessages } from './messages/index.ts'
import { translationsQuery } from './query.ts'

interface VersionsProps {
  id: string
  versions: readonly StoredTranslation[]
  /** The one that is shown, and taken out. */
  read: StoredTranslation
}

/** Every time that a conversation was translated into a language, to go back to or to remove. */
export function TranslationVersions({ id, versions, read }: VersionsProps) {
  const words = useWords(understandingMessages)
  const say = useFormats()
  const fail = useFailureText()
  const translatorName = useTranslatorName()
  const settled = {
    onError: (failure: Error) => void toast({ text: fail(failure), kind: 'warn' }),
    onSettled: () => void queries.invalidateQueries({ queryKey: translationsQuery(id).queryKey }),
  }
  const of = ({ language, version }: StoredTranslation) => ({ params: { id, language, version } })
  const restore = useMutation({ mutationFn: (it: StoredTranslation) => call(restoreTranslation, of(it)), ...settled })
  const remove = useMutation({
    mutationFn: (it: StoredTranslation) => call(deleteTranslationVersion, of(it)),
    ...settled,
  })
  return (
    <details>
      <summary>{words('translation.versions', { count: versions.length })}</summary>
      <ul>
        {versions.map((it) => (
          <li key={it.id}>
            <ListRow
              lead={
                <>
                  {words('translation.version', { version: it.version })}{' '}
                  {it === read && <Badge kind="good">{words('translation.version.read')}</Badge>}
                </>
              }
              sub={`${say.date(it.created_at)}, ${say.hour(it.created_at)} · ${translatorName(it.engine)}`}
              end={
                it !== read && (
                  <>
                    {it.status === 'done' && (
                      <Button look="line" busy={restore.isPending} onClick={() => restore.mutate(it)}>
                        {words('translation.version.restore')}
                      </Button>
                    )}
                    <IconButton
                      icon={Trash2}
                      label={words('translation.version.remove', { version: it.version })}
                      onClick={() => remove.mutate(it)}
                    />
                  </>
                )
              }
            />
          </li>
        ))}
      </ul>
    </details>
  )
}
