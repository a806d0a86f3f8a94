import { deleteMe } from '@mina/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Download, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { isApiError, useFailureText } from '../../api/failure.ts'
import { libraryCounts } from '../../app/frame.tsx'
import { signOut, useUser } from '../../app/session.ts'
import { useFormats, useWords } from '../../i18n/index.ts'
import { Button, buttonClass } from '../../ui/button.tsx'
import { PasswordField, TextField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { settingsMessages } from './messages/index.ts'
import { useAccountChange } from './profile.tsx'
import { Section, Sure } from './section.tsx'

type Kept = 'keep_audio_days' | 'keep_conversations_days'

function Days({ name, label }: { name: Kept; label: string }) {
  const words = useWords(settingsMessages)
  const user = useUser()
  const change = useAccountChange()
  const now = user?.settings[name] ?? null
  const [text, setText] = useState(now === null ? '' : String(now))
  const days = text.trim() === '' ? null : Number(text)
  const bad = days !== null && (!Number.isInteger(days) || days < 1 || days > 36_500)
  return (
    <TextField
      label={label}
      inputMode="numeric"
      dir="ltr"
      placeholder={words('data.forever')}
      hint={words('data.days')}
      value={text}
      aria-invalid={bad || undefined}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => !bad && days !== now && change.mutate({ settings: { [name]: days } })}
    />
  )
}

function Leave({ close }: { close: () => void }) {
  const words = useWords(settingsMessages)
  const say = useFailureText()
  const [password, setPassword] = useState('')
  const leave = useMutation({
    mutationFn: () => call(deleteMe, { body: { password } }),
    onSuccess: () => void signOut().finally(() => location.assign('/')),
  })
  const wrong = isApiError(leave.error, 'unauthorized')
  return (
    <Sure
      title={words('data.deleteAsk')}
      text={words('data.deleteText')}
      go={words('data.deleteGo')}
      busy={leave.isPending}
      onGo={() => password && leave.mutate()}
      onClose={close}
    >
      <PasswordField
        label={words('email.password')}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        error={wrong ? words('password.wrong') : leave.error ? say(leave.error) : undefined}
      />
    </Sure>
  )
}

export function Data() {
  const words = useWords(settingsMessages)
  const say = useFormats()
  const { data: counts } = useQuery(libraryCounts)
  const [leaving, setLeaving] = useState(false)
  return (
    <>
      <Section
        title={words('data.retention')}
        lead={
          <>
            {words('data.retentionLead')} {counts && words('data.space', { size: say.size(counts.storage_bytes) })}
          </>
        }
      >
        <div className="form">
          <Days name="keep_audio_days" label={words('data.audio')} />
          <Days name="keep_conversations_days" label={words('data.conversations')} />
        </div>
      </Section>
      <Section title={words('data.export')} lead={words('data.exportLead')}>
        <a className={buttonClass({ look: 'line' })} href="/api/auth/export" download>
          <Icon of={Download} />
          {words('data.exportGo')}
        </a>
      </Section>
      <Section title={words('data.delete')} lead={words('data.deleteLead')}>
        <Button look="danger-line" icon={Trash2} onClick={() => setLeaving(true)}>
          {words('data.deleteGo')}
        </Button>
      </Section>
      {leaving && <Leave close={() => setLeaving(false)} />}
    </>
  )
}
