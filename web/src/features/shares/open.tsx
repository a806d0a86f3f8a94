import { getShare } from '@mina/contract'
import { createRoot } from 'react-dom/client'
import { call } from '../../api/call.ts'
import { failureText, isApiError } from '../../api/failure.ts'
import { words } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { shareMessages } from './messages/index.ts'
import { SharedPage } from './shared-page.tsx'

/** `/s/:token` */
const tokenOf = (path: string) => decodeURIComponent(path.split('/')[2] ?? '')

/** What is read stays where it is: the passages have the same names on both pages. */
function whatIsRead(place: HTMLElement) {
  const topOf = (it: Element) => it.getBoundingClientRect().top
  const read = scrollY > 0 && [...place.querySelectorAll('.turn')].find((it) => it.getBoundingClientRect().bottom > 0)
  const before = read ? topOf(read) : 0
  return () => {
    const now = read && document.getElementById(read.id)
    if (now) scrollBy({ top: topOf(now) - before, behavior: 'instant' })
  }
}

/** Puts the living page where the server's plain one stands, which is read until then. */
export async function open(place: HTMLElement) {
  const token = tokenOf(location.pathname)
  const [say, shared] = await Promise.all([words(shell), words(shareMessages)])
  try {
    const it = await call(getShare, { params: { token }, query: {} })
    document.title = `${it.conversation.title}, Mina`
    const stay = whatIsRead(place)
    place.replaceChildren()
    createRoot(place).render(<SharedPage token={token} opened={it} />)
    stay()
  } catch (failure) {
    const [gone, missing] = [isApiError(failure, 'gone'), isApiError(failure, 'not_found')]
    // What the server wrote can still be read when only the connection is gone since.
    if (!gone && !missing && place.childElementCount) return
    document.title = `${shared('page.gone.title')}, Mina`
    place.replaceChildren()
    createRoot(place).render(
      <div className="legal">
        <main className="state">
          <h1>{gone || missing ? shared('page.gone.title') : say('failed.title')}</h1>
          <p>{gone ? shared('page.gone') : missing ? shared('page.missing') : failureText(say, failure)}</p>
        </main>
      </div>,
    )
  }
}
