import { chooseTheme, type Theme, useTheme } from '../../app/theme.ts'
import { chooseLanguage, languageNames, languages, useLanguage, useWords } from '../../i18n/index.ts'
import { Select } from '../../ui/field.tsx'
import { settingsMessages } from './messages/index.ts'
import { useAccountChange } from './profile.tsx'
import { Section } from './section.tsx'

const themes: Theme[] = ['system', 'light', 'dark']

export function Appearance() {
  const words = useWords(settingsMessages)
  const { chosen } = useTheme()
  const language = useLanguage()
  const change = useAccountChange()
  return (
    <Section title={words('part.appearance')} lead={words('appearance.lead')}>
      <div className="form">
        <Select
          label={words('appearance.theme')}
          value={chosen}
          onChange={(event) => chooseTheme(event.currentTarget.value as Theme)}
        >
          {themes.map((it) => (
            <option key={it} value={it}>
              {words(`theme.${it}`)}
            </option>
          ))}
        </Select>
        <Select
          label={words('appearance.language')}
          value={language}
          onChange={(event) => {
            const to = languages.find((it) => it === event.currentTarget.value) ?? 'en'
            void chooseLanguage(to)
            // Mails and texts that the server writes follow.
            change.mutate({ settings: { language: to } })
          }}
        >
          {languages.map((it) => (
            <option key={it} value={it} lang={it}>
              {languageNames[it]}
            </option>
          ))}
        </Select>
      </div>
    </Section>
  )
}
