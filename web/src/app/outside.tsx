import { Outlet } from '@tanstack/react-router'
import { chooseLanguage, languageNames, languages, useLanguage } from '../i18n/index.ts'
import { Mark } from '../ui/icon.tsx'
import { OfflineLine } from './saved.tsx'

/** Around the pages for those who are not signed in. */
export function Outside() {
  const now = useLanguage()
  return (
    <>
      <OfflineLine />
      <div className="door">
        <header>
          <a className="brand near" href={`/?lang=${now}`}>
            <Mark />
            <span>Mina</span>
          </a>
        </header>
        <Outlet />
        <footer>
          <span />
          <span className="row">
            <a className="near" href={`/terms?lang=${now}`}>
              {now === 'it' ? 'Condizioni' : 'Terms'}
            </a>
            <a className="near" href={`/privacy?lang=${now}`}>
              {now === 'it' ? 'Riservatezza' : 'Privacy'}
            </a>
            {languages
              .filter((it) => it !== now)
              .map((it) => (
                <button key={it} type="button" className="plain near" lang={it} onClick={() => void chooseLanguage(it)}>
                  {languageNames[it]}
                </button>
              ))}
          </span>
        </footer>
      </div>
    </>
  )
}
