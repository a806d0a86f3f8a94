import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { LogOut, ShieldCheck } from 'lucide-react'
import { Main } from '../../app/main-area.tsx'
import { signOut, useUser } from '../../app/session.ts'
import { useWords } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Appearance } from './appearance.tsx'
import { Data } from './data.tsx'
import { Keys } from './keys.tsx'
import { settingsMessages } from './messages/index.ts'
import { Models } from './models.tsx'
import { Password } from './password.tsx'
import { Profile } from './profile.tsx'
import { Sessions } from './sessions.tsx'
import { Templates } from './templates.tsx'
import { Usage } from './usage.tsx'
import { Vocabulary } from './vocabulary.tsx'
import { Webhooks } from './webhooks.tsx'
import './settings.css'

const route = getRouteApi('/inside/settings')

const parts = {
  profile: Profile,
  appearance: Appearance,
  password: Password,
  sessions: Sessions,
  keys: Keys,
  usage: Usage,
  webhooks: Webhooks,
  vocabulary: Vocabulary,
  templates: Templates,
  models: Models,
  data: Data,
}
type Part = keyof typeof parts
const everybodys = (Object.keys(parts) as Part[]).filter((it) => it !== 'models')
/** Models are the machine's, not a person's. */
const namesFor = (role: string | undefined) => (role === 'admin' ? (Object.keys(parts) as Part[]) : everybodys)

/** What the rail holds on a desktop, and no tab of a phone leads to. */
function PhoneWays() {
  const words = useWords(shell)
  const navigate = useNavigate()
  return (
    <div className="phone-ways">
      {useUser()?.role === 'admin' && (
        <Link to="/admin" className={buttonClass({ look: 'line' })}>
          <Icon of={ShieldCheck} />
          {words('nav.admin')}
        </Link>
      )}
      <Button look="line" icon={LogOut} onClick={() => void signOut().then(() => navigate({ to: '/login' }))}>
        {words('nav.signOut')}
      </Button>
    </div>
  )
}

export function SettingsPage() {
  const words = useWords(settingsMessages)
  const { part } = route.useSearch()
  const names = namesFor(useUser()?.role)
  const chosen = names.find((it) => it === part) ?? 'profile'
  const Body = parts[chosen]
  const navigate = useNavigate()
  return (
    <Main title={words('title')} className="set">
      <header>
        <h1>{words('title')}</h1>
        <PhoneWays />
      </header>
      <nav className="setnav" aria-label={words('title')}>
        {/* A phone has no room for all the names in a row: there they are chosen from a list. */}
        <div className="pick-part">
          <Select
            label={words('parts')}
            hideLabel
            value={chosen}
            onChange={(event) =>
              void navigate({ to: '/settings', search: { part: event.currentTarget.value }, replace: true })
            }
          >
            {names.map((it) => (
              <option key={it} value={it}>
                {words(`part.${it}`)}
              </option>
            ))}
          </Select>
        </div>
        {names.map((it) => (
          <Link key={it} to="/settings" search={{ part: it }} aria-current={it === chosen ? 'page' : undefined}>
            {words(`part.${it}`)}
          </Link>
        ))}
      </nav>
      <div className="min-w-0">
        <Body key={chosen} />
      </div>
    </Main>
  )
}
