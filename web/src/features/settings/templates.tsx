import { createTemplate, deleteTemplate, listTemplates, type StoredTemplate, updateTemplate } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { call } from '../../api/call.ts'
import { useFailureText } from '../../api/failure.ts'
import { queries } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { ListRow } from '../../ui/list-row.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { FailedPart } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.ts'
import { settingsMessages } from './messages/index.ts'
import { Section } from './section.tsx'

const queryKey = ['templates']
const refresh = () => queries.invalidateQueries({ queryKey })

function Edit({ it, close }: { it: StoredTemplate | 'new'; close: () => void }) {
  const words = useWords(settingsMessages)
  const shared = useWords(shell)
  const say = useFailureText()
  const [name, setName] = useState(it === 'new' ? '' : it.name)
  const [text, setText] = useState(it === 'new' ? '' : it.text)
  const save = useMutation({
    mutationFn: async () => {
      const body = { name: name.trim(), text: text.trim() }
      return it === 'new' ? call(createTemplate, { body }) : call(updateTemplate, { params: { id: it.id }, body })
    },
    onSuccess: () => {
      void refresh()
      close()
    },
  })
  return (
    <Dialog
      open
      wide
      onClose={close}
      title={it === 'new' ? words('templates.new') : it.name}
      foot={
        <Button look="go" type="submit" form="template" busy={save.isPending} disabled={!name.trim() || !text.trim()}>
          {shared('save')}
        </Button>
      }
    >
      <form
        id="template"
        className="grid gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <TextField
          label={words('templates.name')}
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={save.error ? say(save.error) : undefined}
        />
        <TextArea
          label={words('templates.text')}
          maxLength={4000}
          rows={8}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </form>
    </Dialog>
  )
}

export function Templates() {
  const words = useWords(settingsMessages)
  const say = useFailureText()
  const list = useQuery({ queryKey, queryFn: ({ signal }) => call(listTemplates, { signal }) })
  const [editing, edit] = useState<StoredTemplate | 'new'>()
  const remove = useMutation({
    mutationFn: (id: string) => call(deleteTemplate, { params: { id } }),
    onError: (failure) => toast({ text: say(failure), kind: 'warn' }),
    onSettled: refresh,
  })
  return (
    <Section
      title={words('part.templates')}
      lead={words('templates.lead')}
      action={
        <Button look="line" icon={Plus} onClick={() => edit('new')}>
          {words('templates.new')}
        </Button>
      }
    >
      {list.isPending && <Skeleton />}
      {list.isError && <FailedPart failure={list.error} retry={() => void list.refetch()} />}
      <ul>
        {list.data?.items.map((it) => (
          <li key={it.id}>
            <ListRow
              lead={it.name}
              sub={it.edited ? words('templates.edited') : it.built_in ? words('templates.builtIn') : it.text}
              end={
                <>
                  <Button onClick={() => edit(it)}>{words('templates.edit')}</Button>
                  {(!it.built_in || it.edited) && (
                    <Button look={it.built_in ? 'quiet' : 'danger'} onClick={() => remove.mutate(it.id)}>
                      {words(it.built_in ? 'templates.back' : 'templates.remove')}
                    </Button>
                  )}
                </>
              }
            />
          </li>
        ))}
      </ul>
      {editing && <Edit it={editing} close={() => edit(undefined)} />}
    </Section>
  )
}
