import { words } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'
import { toast } from '../ui/toast.ts'

/** The page asks for trusted addresses of scripts; this is the only one that it registers. */
const trusted = (address: string): string | TrustedScriptURL =>
  'trustedTypes' in window
    ? window.trustedTypes.createPolicy('mina', { createScriptURL: () => address }).createScriptURL(address)
    : address

interface TrustedScriptURL {
  toString: () => string
}
declare global {
  interface Window {
    trustedTypes: {
      createPolicy: (
        name: string,
        rules: { createScriptURL: (it: string) => string },
      ) => { createScriptURL: (it: string) => TrustedScriptURL }
    }
  }
}

/** Opens without a connection; a new version is offered, and taken only when the person agrees. */
export async function keepUpToDate() {
  if (!('serviceWorker' in navigator)) return
  const registration = await navigator.serviceWorker.register(trusted('/sw.js') as string).catch(() => undefined)
  if (!registration) return

  let agreed = false
  navigator.serviceWorker.addEventListener('controllerchange', () => agreed && location.reload())

  const offer = async (fresh: ServiceWorker) => {
    const say = await words(shell)
    toast({
      text: say('update.ready'),
      stays: true,
      action: {
        label: say('reload'),
        run: () => {
          agreed = true
          fresh.postMessage({ type: 'SKIP_WAITING' })
        },
      },
    })
  }
  if (registration.waiting && navigator.serviceWorker.controller) void offer(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const fresh = registration.installing
    fresh?.addEventListener('statechange', () => {
      if (fresh.state === 'installed' && navigator.serviceWorker.controller) void offer(fresh)
    })
  })
  setInterval(() => void registration.update().catch(() => undefined), 60 * 60_000)
}
