import '../style/app.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { queries } from '../app/session.ts'
import { TipLayer } from '../ui/tip-layer.tsx'
import { Toasts } from '../ui/toast.tsx'
import { Recording } from './capture.tsx'
import { Controls, Overlays } from './controls.tsx'
import { Sounds, States } from './sounds.tsx'

const place = document.getElementById('root')
if (place) {
  createRoot(place).render(
    <QueryClientProvider client={queries}>
      <Suspense>
        <main className="page grid grid-cols-1 gap-10">
          <h1>Gallery</h1>
          <Controls />
          <Sounds />
          <Recording />
          <States />
          <Overlays />
        </main>
        <Toasts />
        <TipLayer />
      </Suspense>
    </QueryClientProvider>,
  )
}
