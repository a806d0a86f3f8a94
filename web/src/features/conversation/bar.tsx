import type { Conversation } from '@mina/contract'
import { Link } from '@tanstack/react-router'
import {
  AudioLines,
  Check,
  ChevronLeft,
  CloudOff,
  Ellipsis,
  FileDown,
  History,
  PanelRight,
  Printer,
  Redo2,
  RefreshCw,
  Search,
  Share,
  Trash2,
  Undo2,
} from 'lucide-react'
import { useWords } from '../../i18n/index.ts'
import { useActions } from '../../ui/actions.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { keyNames } from '../../ui/shortcuts.ts'
import { conversationMessages } from './messages/index.ts'
import { useSavedAt } from './saved-at.ts'
import { Working } from './working.tsx'

function SavedAgo({ id }: { id: string }) {
  const words = useWords(conversationMessages)
  const it = useSavedAt(id)
  if (it.state === 'quiet') return null
  const [icon, text] =
    it.state === 'saving'
      ? [RefreshCw, words('saved.saving')]
      : it.state === 'waiting'
        ? [CloudOff, words('saved.waiting')]
        : [
            Check,
            it.seconds < 60
              ? words('saved.seconds', { count: it.seconds })
              : it.seconds < 3600
                ? words('saved.minutes', { count: Math.floor(it.seconds / 60) })
                : words('saved.hours'),
          ]
  return (
    <span className={`saved ${icon === Check ? '' : 'waiting'}`}>
      <Icon of={icon} />
      <span className="num">{text}</span>
    </span>
  )
}

export interface BarActions {
  undo: (() => void) | undefined
  redo: (() => void) | undefined
  share: () => void
  find: () => void
  exportIt: () => void
  downloadAudio: () => void
  history: () => void
  remove: () => void
  openPanel: () => void
}

export function Bar({ conversation: it, actions }: { conversation: Conversation; actions: BarActions }) {
  const words = useWords(conversationMessages)
  useActions([
    { label: words('share'), icon: Share, run: actions.share },
    { label: words('more.find'), icon: Search, keys: 'mod+f', run: actions.find },
    { label: words('more.export'), icon: FileDown, run: actions.exportIt },
    { label: words('more.print'), icon: Printer, run: () => print() },
    { label: words('more.history'), icon: History, run: actions.history },
  ])
  return (
    <div className="bar">
      <Link to="/library" className="crumb">
        <Icon of={ChevronLeft} />
        {words('library')}
      </Link>
      <Working conversation={it} />
      <span className="grow" />
      <SavedAgo id={it.id} />
      <IconButton
        icon={Undo2}
        label={words('undo')}
        keys={keyNames('mod+z').join(' ')}
        disabled={!actions.undo}
        onClick={actions.undo}
        className="wide"
      />
      <IconButton icon={Redo2} label={words('redo')} disabled={!actions.redo} onClick={actions.redo} className="wide" />
      <Button look="line" icon={Share} onClick={actions.share} className="wide">
        {words('share')}
      </Button>
      <IconButton icon={PanelRight} label={words('panel')} onClick={actions.openPanel} className="narrow" />
      <Menu
        label={words('more')}
        opener={(opener) => <IconButton {...opener} icon={Ellipsis} label={words('more')} />}
        choices={[
          { label: words('undo'), icon: Undo2, disabled: !actions.undo, onChoose: () => actions.undo?.() },
          { label: words('redo'), icon: Redo2, disabled: !actions.redo, onChoose: () => actions.redo?.() },
          { label: words('share'), icon: Share, onChoose: actions.share },
          null,
          {
            label: words('more.find'),
            icon: Search,
            keys: keyNames('mod+f').join(' '),
            onChoose: actions.find,
          },
          { label: words('more.export'), icon: FileDown, onChoose: actions.exportIt },
          {
            label: words('more.audio'),
            icon: AudioLines,
            disabled: !it.has_audio,
            onChoose: actions.downloadAudio,
          },
          { label: words('more.print'), icon: Printer, onChoose: () => print() },
          { label: words('more.history'), icon: History, onChoose: actions.history },
          null,
          { label: words('more.delete'), icon: Trash2, danger: true, onChoose: actions.remove },
        ]}
      />
    </div>
  )
}
