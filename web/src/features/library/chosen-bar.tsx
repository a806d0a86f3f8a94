import { Tag, Trash2, X } from 'lucide-react'
import { useId } from 'react'
import { useWords } from '../../i18n/index.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Popover } from '../../ui/popover.tsx'
import { libraryMessages } from './messages/index.ts'

/** What can be done with all that are selected. */
export function ChosenBar({
  count,
  tags,
  onTag,
  onRemove,
  onClear,
}: {
  count: number
  tags: string[]
  onTag: (tag: string) => void
  onRemove: () => void
  onClear: () => void
}) {
  const words = useWords(libraryMessages)
  const id = useId()
  return (
    <section className="chosen" aria-label={words('chosen.bar')}>
      <b role="status">{words('chosen.count', { count })}</b>
      <Popover
        label={words('chosen.tag')}
        opener={(it) => (
          <Button {...it} look="line" icon={Tag}>
            {words('chosen.tag')}
          </Button>
        )}
      >
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault()
            const tag = String(new FormData(event.currentTarget).get('tag') ?? '').trim()
            if (tag) onTag(tag)
          }}
        >
          <TextField
            label={words('chosen.tag.name')}
            name="tag"
            required
            maxLength={40}
            list={`${id}-tags`}
            autoFocus
          />
          <datalist id={`${id}-tags`}>
            {tags.map((tag) => (
              <option key={tag} value={tag} />
            ))}
          </datalist>
          <Button look="go" type="submit">
            {words('chosen.tag.add')}
          </Button>
        </form>
      </Popover>
      <Button look="danger-line" icon={Trash2} onClick={onRemove}>
        {words('chosen.delete')}
      </Button>
      <IconButton icon={X} label={words('chosen.clear')} onClick={onClear} />
    </section>
  )
}
