import { getShare } from '@mina/contract'
import { createRoot } from 'react-dom/client'
import { call } from '../../api/call.ts'
import { failureText } from '../../api/failure.ts'
import { words } from '../../i18n/index.ts'
import { shell } from '../../i18n/shell/index.ts'
import { SharedPage } from './shared-page.tsx'

/** `/s/:token` */
const tokenOf = (path: string) => decodeURIComponent(path.split('/')[2] ?? '')

export async function open(place: HTMLElement) {
  if (place.childElementCount) return
  const say = await words(shell)
  const root = createRoot(place)
  try {
    root.render(<SharedPage shared={await call(getShare, { params: { token: tokenOf(location.pathname) } })} />)
  } catch (failure) {
    root.render(
      <div className="legal">
        <main className="state">
          <h1>{say('failed.title')}</h1>
          <p>{failureText(say, failure)}</p>
        </main>
      </div>,
    )
  }
}
