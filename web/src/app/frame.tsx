import { countConversations } from '@mina/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import {
  AlignLeft,
  LogOut,
  type LucideIcon,
  MessageCircleQuestionMark,
  Mic,
  Moon,
  Search,
  Settings2,
  ShieldCheck,
  Sun,
  Upload,
  UserRound,
} from 'lucide-react'
import { call } from '../api/call.ts'
import { useFormats, useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/button.tsx'
import { Icon, Mark } from '../ui/icon.tsx'
import { Menu } from '../ui/menu.tsx'
import { Everywhere } from './everywhere.tsx'
import { OfflineLine, Saved } from './saved.tsx'
import { signOut, useUser } from './session.ts'
import { chooseTheme, useTheme } from './theme.ts'

export const libraryCounts = { queryKey: ['library', 'counts'], queryFn: () => call(countConversations) }

function Nav({ to, icon, label, count }: { to: string; icon: LucideIcon; label: string; count?: number }) {
  const say = useFormats()
  return (
    <Link to={to} className="nav" activeProps={{ 'aria-current': 'page' }} data-tip={label}>
      <Icon of={icon} />
      <span>{label}</span>
      {count !== undefined && <span className="num">{say.number(count)}</span>}
    </Link>
  )
}

function Rail() {
  const words = useWords(shell)
  const user = useUser()
  const { data: counts } = useQuery(libraryCounts)
  return (
    <nav className="rail" aria-label={words('nav.main')}>
      <Link to="/library" className="brand">
        <Mark />
        <span>Mina</span>
      </Link>
      <Nav to="/library" icon={AlignLeft} label={words('nav.library')} count={counts?.total} />
      <Nav to="/live" icon={Mic} label={words('nav.live')} />
      <Nav to="/upload" icon={Upload} label={words('nav.upload')} />
      <Nav to="/ask" icon={MessageCircleQuestionMark} label={words('nav.ask')} />
      {user?.role === 'admin' && <Nav to="/admin" icon={ShieldCheck} label={words('nav.admin')} />}
      {!!counts?.tags.length && <h2>{words('nav.tags')}</h2>}
      {counts?.tags.slice(0, 12).map(({ name, count }) => (
        <Link
          key={name}
          to="/library"
          search={{ tag: name }}
          className="nav t"
          activeProps={{ 'aria-current': 'true' }}
        >
          <span dir="auto">{name}</span>
          <span className="num">{count}</span>
        </Link>
      ))}
      <div className="end">
        <Saved />
        <Me />
      </div>
    </nav>
  )
}

function Me() {
  const words = useWords(shell)
  const user = useUser()
  const { isDark } = useTheme()
  const name = user?.name || user?.email || ''
  return (
    <div className="me">
      <Avatar name={name} hue={1} />
      <span className="grow" dir="auto" title={name}>
        {user?.name?.split(' ')[0] || name}
      </span>
      <IconButton
        icon={isDark ? Sun : Moon}
        label={words(isDark ? 'theme.light' : 'theme.dark')}
        onClick={() => chooseTheme(isDark ? 'light' : 'dark')}
      />
      <Menu
        label={words('nav.you')}
        opener={(it) => <IconButton {...it} icon={Settings2} label={words('nav.you')} />}
        choices={[
          { label: words('nav.settings'), icon: Settings2, onChoose: () => location.assign('#/settings') },
          null,
          {
            label: words('nav.signOut'),
            icon: LogOut,
            onChoose: () => void signOut().then(() => location.assign('#/login')),
          },
        ]}
      />
    </div>
  )
}

function Tabs() {
  const words = useWords(shell)
  const tabs: [string, LucideIcon, string][] = [
    ['/library', AlignLeft, words('nav.library')],
    ['/search', Search, words('nav.search')],
    ['/live', Mic, words('nav.record')],
    ['/upload', Upload, words('nav.upload')],
    ['/settings', UserRound, words('nav.you')],
  ]
  return (
    <nav className="tabs-phone" aria-label={words('nav.main')}>
      {tabs.map(([to, icon, label]) => (
        <Link key={to} to={to} activeProps={{ 'aria-current': 'page' }} className={to === '/live' ? 'rec' : ''}>
          {to === '/live' ? (
            <b>
              <Icon of={icon} />
            </b>
          ) : (
            <Icon of={icon} />
          )}
          {label}
        </Link>
      ))}
    </nav>
  )
}

/** Rail on a desktop, tabs on a phone, the page between. A page brings its own `<Main>`. */
export function Frame() {
  return (
    <div className="app">
      <Rail />
      <div className="min-w-0">
        <OfflineLine />
        <Outlet />
      </div>
      <Tabs />
      <Everywhere />
    </div>
  )
}
