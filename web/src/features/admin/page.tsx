import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Main } from '../../app/main-area.tsx'
import { useWords } from '../../i18n/index.ts'
import { Tabs } from '../../ui/tabs.tsx'
import { Audit } from './audit.tsx'
import { Health } from './health.tsx'
import { adminMessages } from './messages/index.ts'
import { Queue } from './queue.tsx'
import { Users } from './users.tsx'
import './admin.css'

const route = getRouteApi('/inside/admin')
const parts = { users: Users, queue: Queue, health: Health, audit: Audit }
type Part = keyof typeof parts
const names = Object.keys(parts) as Part[]

export function AdminPage() {
  const words = useWords(adminMessages)
  const navigate = useNavigate()
  const { part } = route.useSearch()
  const chosen = names.find((it) => it === part) ?? 'users'
  return (
    <Main title={words('title')} className="page admin">
      <h1>{words('title')}</h1>
      <Tabs
        label={words('title')}
        chosen={chosen}
        onChoose={(it) => void navigate({ to: '/admin', search: { part: it }, replace: true })}
        bodyClass="admin-body"
        tabs={names.map((name) => {
          const Body = parts[name]
          return { name, label: words(`part.${name}`), body: <Body /> }
        })}
      />
    </Main>
  )
}
