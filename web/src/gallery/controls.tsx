import type { Hue } from '@mina/contract'
import { Copy, Ellipsis, Highlighter, Mic, Pencil, Share, Star, Trash2, Upload } from 'lucide-react'
import { useState } from 'react'
import { KeysHelp } from '../app/keys-help.tsx'
import { Avatar, Avatars } from '../ui/avatar.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Dialog, Sheet } from '../ui/dialog.tsx'
import { Checkbox, PasswordField, Select, Switch, TextArea, TextField } from '../ui/field.tsx'
import { Keys } from '../ui/keys.tsx'
import { Menu } from '../ui/menu.tsx'
import { Popover } from '../ui/popover.tsx'
import { useShortcuts } from '../ui/shortcuts.ts'
import { Tabs } from '../ui/tabs.tsx'
import { toast } from '../ui/toast.ts'

const names = ['Nobody', 'Amara Okafor', 'Jonas', 'Mei-Ling', 'ليلى', 'Rosa', 'Prof. Bianchi', 'Henk', 'Olga']
const people = names.map((name, hue) => ({ name, hue: hue as Hue }))

export function Controls() {
  const [on, turn] = useState(true)
  const [tab, choose] = useState('highlights')
  return (
    <>
      <section className="grid grid-cols-1 gap-4">
        <h2>Buttons</h2>
        <div className="flex flex-wrap items-center gap-2">
          <Button look="go" icon={Mic} big>
            Record
          </Button>
          <Button look="line" icon={Upload} big>
            Upload
          </Button>
          <Button look="go">Save</Button>
          <Button look="line">Cancel</Button>
          <Button>Quiet</Button>
          <Button look="text">Read what is there</Button>
          <Button look="mark" icon={Highlighter}>
            Highlight <kbd>H</kbd>
          </Button>
          <Button look="danger">Revoke</Button>
          <Button look="danger-line" icon={Trash2}>
            Delete
          </Button>
          <Button look="go" busy>
            Saving
          </Button>
          <Button look="line" disabled>
            Disabled
          </Button>
          <IconButton icon={Star} label="Star" />
          <IconButton icon={Share} label="Share" keys="S" aria-pressed />
          <Keys keys="mod+k" />
        </div>
        <div className="flex flex-wrap items-center gap-4">
          {people.map((it) => (
            <Avatar key={it.name} {...it} />
          ))}
          <Avatars people={people.slice(1)} />
          <Avatar name="Amara" hue={1} large />
        </div>
      </section>
      <section className="grid grid-cols-1 gap-5 phone:grid-cols-2">
        <TextField label="Title" defaultValue="Planning the Lisbon pilot" hint="What the library shows." />
        <TextField
          label="Email"
          defaultValue="ada@"
          error="This is not an email address yet, such as ada@example.org."
        />
        <PasswordField label="Password" defaultValue="correct horse" />
        <Select label="Language" defaultValue="en">
          <option value="en">English</option>
          <option value="it">Italiano</option>
        </Select>
        <TextArea label="Note" defaultValue="كان السوق يبدأ قبل الفجر" />
        <div className="grid content-start gap-3">
          <Checkbox label="Speakers told apart" hint="Takes a little longer." defaultChecked />
          <Checkbox label="Another" />
          <Switch label="Mail when a long file is done" hint="Longer than 20 minutes." checked={on} onChange={turn} />
          <Switch label="Off, and disabled" checked={false} disabled />
        </div>
      </section>
      <section>
        <Tabs
          label="Beside the text"
          chosen={tab}
          onChoose={choose}
          bodyClass="p-4"
          tabs={['highlights', 'tasks', 'insights', 'translation', 'ask'].map((name, at) => ({
            name,
            label: name.charAt(0).toUpperCase() + name.slice(1),
            count: at === 1 ? 3 : undefined,
            body: <p>The body of {name}.</p>,
          }))}
        />
      </section>
    </>
  )
}

export function Overlays() {
  const [shown, show] = useState<'dialog' | 'sheet' | 'keys' | null>(null)
  const close = () => show(null)
  useShortcuts([
    { keys: '?', label: 'Show these keys', group: 'Everywhere', run: () => show('keys') },
    { keys: 'mod+k', label: 'Find any page', group: 'Everywhere', run: () => {} },
    { keys: ' ', label: 'Play or pause', group: 'Sound', run: () => {} },
    { keys: 'ArrowLeft', label: 'Back 5 seconds', group: 'Sound', run: () => {} },
  ])
  return (
    <section className="flex flex-wrap gap-2">
      <h2 className="w-full">Overlays</h2>
      <Button look="line" onClick={() => show('dialog')}>
        Dialogue
      </Button>
      <Button look="line" onClick={() => show('sheet')}>
        Sheet
      </Button>
      <Button look="line" onClick={() => show('keys')}>
        Keys
      </Button>
      <Button
        look="line"
        onClick={() => toast({ text: 'Moved to the bin.', action: { label: 'Undo', run: () => toast('It is back.') } })}
      >
        Toast
      </Button>
      <Button look="line" onClick={() => toast({ text: 'The link could not be copied.', kind: 'warn', stays: true })}>
        Warning
      </Button>
      <Menu
        label="More"
        opener={(it) => <IconButton {...it} icon={Ellipsis} label="More" />}
        choices={[
          { label: 'Rename', icon: Pencil, keys: 'F2', onChoose: () => {} },
          { label: 'Copy link', icon: Copy, chosen: true, onChoose: () => {} },
          { label: 'Not now', icon: Star, disabled: true, onChoose: () => {} },
          null,
          { label: 'Delete', icon: Trash2, danger: true, onChoose: () => {} },
        ]}
      />
      <Popover
        label="Speed"
        opener={(it) => (
          <Button {...it} look="line">
            Popover
          </Button>
        )}
      >
        <TextField label="Label" />
      </Popover>
      <Dialog
        open={shown === 'dialog'}
        onClose={close}
        title="Share this conversation"
        foot={
          <>
            <Button look="line" onClick={close}>
              Cancel
            </Button>
            <Button look="go" onClick={close}>
              Make the link
            </Button>
          </>
        }
      >
        <div className="grid grid-cols-1 gap-4">
          <p className="muted">Whoever has the link can read it, until you take it back.</p>
          <Switch label="They may listen" defaultChecked />
          <Switch label="They may comment" />
        </div>
      </Dialog>
      <Sheet open={shown === 'sheet'} onClose={close} title="Highlights">
        <p>From the side on a desktop, from below on a phone.</p>
      </Sheet>
      {shown === 'keys' && <KeysHelp onClose={close} />}
    </section>
  )
}
