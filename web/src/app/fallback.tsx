import { Link } from '@tanstack/react-router'
import { CircleAlert, FileQuestionMark } from 'lucide-react'
import { isApiError, useFailureText } from '../api/failure.ts'
import { useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { Notice } from '../ui/states.tsx'
import { Main } from './main-area.tsx'

/** A page that could not be shown: an answer that failed, a part that did not load, or a mistake of ours. */
export function Failed({ error, reset }: { error: unknown; reset?: () => void }) {
  const words = useWords(shell)
  const say = useFailureText()
  const known = isApiError(error)
  return (
    <Main title={words('failed.title')}>
      <Notice
        icon={CircleAlert}
        warn
        title={words('failed.title')}
        text={known ? say(error) : words('failed.text')}
        tools={
          <>
            {reset && (
              <Button look="go" big onClick={reset}>
                {words('retry')}
              </Button>
            )}
            <Button look="line" big onClick={() => location.reload()}>
              {words('reload')}
            </Button>
          </>
        }
      />
    </Main>
  )
}

export function Missing() {
  const words = useWords(shell)
  return (
    <Main title={words('missing.title')}>
      <Notice
        icon={FileQuestionMark}
        title={words('missing.title')}
        text={words('missing.text')}
        tools={
          <Link to="/library" className={buttonClass({ look: 'go', big: true })}>
            {words('missing.go')}
          </Link>
        }
      />
    </Main>
  )
}

export function Opening() {
  const words = useWords(shell)
  return (
    <div className="page" role="status" aria-label={words('loading')}>
      <Skeleton lines={8} />
    </div>
  )
}
