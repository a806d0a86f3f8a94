import { listConversations } from '@mina/contract'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import {
  AlignLeft,
  FileText,
  Keyboard,
  LogOut,
  MessageCircleQuestionMark,
  Mic,
  Moon,
  Search,
  Settings2,
  ShieldCheck,
  Sun,
  Upload,
} from 'lucide-react'
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react'
import { call } from '../api/call.ts'
import { useFormats, useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { type Action, likeness, useAllActions } from '../ui/actions.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { Keys } from '../ui/keys.tsx'
import { signOut, useUser } from './session.ts'
import { chooseTheme, useTheme } from './theme.ts'

type Found = Action & { sub?: string }

function useOwn(showKeys: () => void): { pages: Action[]; actions: Action[] } {
  const words = useWords(shell)
  const navigate = useNavigate()
  const { isDark } = useTheme()
  const others = useAllActions()
  const user = useUser()
  const to = (path: string) => () => void navigate({ to: path })
  return {
    pages: [
      { label: words('nav.library'), icon: AlignLeft, run: to('/library') },
      { label: words('nav.record'), also: words('nav.live'), icon: Mic, keys: 'r', run: to('/live') },
      { label: words('nav.upload'), icon: Upload, run: to('/upload') },
      { label: words('nav.search'), icon: Search, run: to('/search') },
      { label: words('nav.ask'), also: words('nav.ask.also'), icon: MessageCircleQuestionMark, run: to('/ask') },
      { label: words('nav.settings'), icon: Settings2, run: to('/settings') },
      ...(user?.role === 'admin' ? [{ label: words('nav.admin'), icon: ShieldCheck, run: to('/admin') }] : []),
    ],
    actions: [
      ...others,
      {
        label: words(isDark ? 'theme.light' : 'theme.dark'),
        icon: isDark ? Sun : Moon,
        run: () => chooseTheme(isDark ? 'light' : 'dark'),
      },
      { label: words('keys.help'), icon: Keyboard, keys: '?', run: showKeys },
      { label: words('nav.signOut'), icon: LogOut, run: () => void signOut().then(to('/login')) },
    ],
  }
}

const best = (all: Action[], typed: string): Found[] =>
  all
    .map((it) => ({ it, score: Math.max(likeness(it.label, typed), it.also ? likeness(it.also, typed) : 0) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ it }) => it)

export function Palette({ onClose, showKeys }: { onClose: () => void; showKeys: () => void }) {
  const words = useWords(shell)
  const say = useFormats()
  const navigate = useNavigate()
  const own = useOwn(showKeys)
  const [typed, type] = useState('')
  const [chosen, choose] = useState(0)
  const asked = useDeferredValue(typed.trim())
  const id = useId()
  const list = useRef<HTMLDivElement>(null)

  const { data } = useQuery({
    queryKey: ['palette', asked],
    queryFn: ({ signal }) => call(listConversations, { query: { q: asked || undefined, limit: 6 }, signal }),
    placeholderData: keepPreviousData,
  })
  const conversations: Found[] = (data?.items ?? []).map((it) => ({
    label: it.title,
    sub: say.date(it.created_at),
    icon: FileText,
    run: () => void navigate({ to: '/conversation/$id', params: { id: it.id } }),
  }))
  const everywhere: Found[] = asked
    ? [
        {
          label: words('palette.search', { text: asked }),
          icon: Search,
          run: () => void navigate({ to: '/search', search: { q: asked } }),
        },
        {
          label: words('palette.ask_library', { text: asked }),
          icon: MessageCircleQuestionMark,
          run: () => void navigate({ to: '/ask', search: { q: asked } }),
        },
      ]
    : []
  const groups: [string, Found[]][] = (
    [
      [words('palette.conversations'), conversations],
      [words('palette.pages'), best(own.pages, typed)],
      [words('palette.actions'), [...best(own.actions, typed), ...everywhere]],
    ] as [string, Found[]][]
  ).filter(([, all]) => all.length)
  const flat = groups.flatMap(([, all]) => all)
  const at = Math.min(chosen, Math.max(0, flat.length - 1))

  useEffect(() => {
    list.current?.querySelector(`[id="${id}-${at}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [at, id])

  const run = (it: Found | undefined) => {
    if (!it) return
    onClose()
    it.run()
  }
  const key = (event: KeyboardEvent) => {
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 5, PageUp: at - 5 }[event.key]
    if (to !== undefined) {
      event.preventDefault()
      choose((to + flat.length) % Math.max(1, flat.length))
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      run(flat[at])
    }
  }
  let place = -1
  return (
    <Dialog open onClose={onClose} title={words('palette.title')} hideTitle className="palette">
      <div className="palette-ask">
        <Icon of={Search} />
        <input
          autoFocus
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={flat.length ? `${id}-${at}` : undefined}
          aria-label={words('palette.title')}
          placeholder={words('palette.ask')}
          autoComplete="off"
          spellCheck={false}
          dir="auto"
          value={typed}
          onChange={(event) => {
            type(event.target.value)
            choose(0)
          }}
          onKeyDown={key}
        />
        <kbd>Esc</kbd>
      </div>
      <div ref={list} id={`${id}-list`} className="palette-list" role="listbox" aria-label={words('palette.title')}>
        {groups.map(([group, all]) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset
          <div key={group} role="group" aria-label={group}>
            <p className="heading" aria-hidden="true">
              {group}
            </p>
            {all.map((it) => {
              place += 1
              const mine = place
              return (
                // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text; aria-activedescendant names the option
                // biome-ignore lint/a11y/useKeyWithClickEvents: the text takes Enter and the arrows
                <div
                  key={`${it.label} ${mine}`}
                  id={`${id}-${mine}`}
                  role="option"
                  aria-selected={mine === at}
                  onPointerMove={() => choose(mine)}
                  onClick={() => run(it)}
                >
                  {it.icon && <Icon of={it.icon} />}
                  <span className="say" dir="auto">
                    {it.label}
                  </span>
                  {it.sub && <small>{it.sub}</small>}
                  {it.keys && <Keys keys={it.keys} />}
                </div>
              )
            })}
          </div>
        ))}
        {!flat.length && <p className="palette-none">{words('palette.none')}</p>}
      </div>
    </Dialog>
  )
}
