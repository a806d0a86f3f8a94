import '../style/app.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { language, words } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { TipLayer } from '../ui/tip-layer.tsx'
import { Toasts } from '../ui/toast.tsx'
import { router } from './router.tsx'
import { keepUpToDate } from './service-worker.ts'
import { queries, sessionQuery } from './session.ts'

document.documentElement.lang = language()
words(shell).catch(() => undefined)

// Signed out here, in another tab, or by the server: the guards of the open page are asked again.
let signedIn = false
queries.getQueryCache().subscribe(() => {
  const user = queries.getQueryData(sessionQuery.queryKey)
  if (signedIn && user === null) void router.invalidate()
  signedIn = Boolean(user)
})

const place = document.getElementById('root')
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Suspense>
          <RouterProvider router={router} />
          <Toasts />
          <TipLayer />
        </Suspense>
      </QueryClientProvider>
    </StrictMode>,
  )
}
if (import.meta.env.PROD) void keepUpToDate()
