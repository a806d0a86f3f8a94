import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { adminMessages } from '../features/admin/messages/index.ts'
import { conversationMessages } from '../features/conversation/messages/index.ts'
import { identityMessages } from '../features/identity/messages/index.ts'
import { libraryMessages } from '../features/library/messages/index.ts'
import { wantedFrom } from '../features/library/wanted.ts'
import { liveMessages } from '../features/live/messages/index.ts'
import { uploadMessages } from '../features/recordings/messages/index.ts'
import { searchMessages } from '../features/search/messages/index.ts'
import { settingsMessages } from '../features/settings/messages/index.ts'
import { understandingMessages } from '../features/understanding/messages/index.ts'
import { welcomeMessages } from '../features/welcome/messages/index.ts'
import { type Catalogue, type Messages, words } from '../i18n/index.ts'
import { Failed, Missing, Opening } from './fallback.tsx'
import { Frame } from './frame.tsx'
import { queries, sessionQuery } from './session.ts'

/** The page and its words, fetched side by side. */
const page = <Name extends string, M extends Messages>(
  load: () => Promise<Record<Name, () => React.ReactNode>>,
  name: Name,
  messages?: Catalogue<M>,
) =>
  lazyRouteComponent(async () => {
    const [module] = await Promise.all([load(), messages && words(messages)])
    return { default: module[name] }
  })

const text = (it: unknown) => (typeof it === 'string' && it ? it : typeof it === 'number' ? String(it) : undefined)

const root = createRootRoute({ component: Outlet, errorComponent: Failed, notFoundComponent: Missing })

/** Only for those who are signed in; others sign in first and come back to where they wanted to go. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Frame,
  beforeLoad: async ({ location }) => {
    const user = await queries.ensureQueryData(sessionQuery)
    if (!user) throw redirect({ to: '/login', search: location.href === '/library' ? {} : { next: location.href } })
    return { user }
  },
})

const outside = createRoute({
  getParentRoute: () => root,
  id: 'outside',
  component: page(() => import('./outside.tsx'), 'Outside'),
  validateSearch: (it): { next?: string } => ({ next: text(it.next) }),
})

const identity = {
  signIn: () => import('../features/identity/login-page.tsx'),
  register: () => import('../features/identity/register-page.tsx'),
  forgot: () => import('../features/identity/forgot-page.tsx'),
  reset: () => import('../features/identity/reset-page.tsx'),
  verify: () => import('../features/identity/verify-page.tsx'),
}
const token = (it: Record<string, unknown>): { token?: string } => ({ token: text(it.token) })

export const loginRoute = createRoute({
  getParentRoute: () => outside,
  path: 'login',
  /** `done`: what the person comes back from. */
  validateSearch: (it): { done?: 'reset' } => ({ done: it.done === 'reset' ? 'reset' : undefined }),
  component: page(identity.signIn, 'LoginPage', identityMessages),
})
export const registerRoute = createRoute({
  getParentRoute: () => outside,
  path: 'register',
  validateSearch: (it): { invitation?: string } => ({ invitation: text(it.invitation) }),
  component: page(identity.register, 'RegisterPage', identityMessages),
})
const forgotRoute = createRoute({
  getParentRoute: () => outside,
  path: 'forgot',
  component: page(identity.forgot, 'ForgotPage', identityMessages),
})
export const resetRoute = createRoute({
  getParentRoute: () => outside,
  path: 'reset',
  validateSearch: token,
  component: page(identity.reset, 'ResetPage', identityMessages),
})
export const verifyRoute = createRoute({
  getParentRoute: () => outside,
  path: 'verify',
  validateSearch: token,
  component: page(identity.verify, 'VerifyPage', identityMessages),
})

export const libraryRoute = createRoute({
  getParentRoute: () => inside,
  path: 'library',
  validateSearch: wantedFrom,
  component: page(() => import('../features/library/page.tsx'), 'LibraryPage', libraryMessages),
})
export const liveRoute = createRoute({
  getParentRoute: () => inside,
  path: 'live',
  /** `goOn`: an interrupted recording to offer first. */
  validateSearch: (it): { goOn?: string } => ({ goOn: text(it.goOn) }),
  component: page(() => import('../features/live/page.tsx'), 'LivePage', liveMessages),
})
export const uploadRoute = createRoute({
  getParentRoute: () => inside,
  path: 'upload',
  component: page(() => import('../features/recordings/page.tsx'), 'UploadPage', uploadMessages),
})
export const conversationRoute = createRoute({
  getParentRoute: () => inside,
  path: 'conversation/$id',
  /** `t`: the second to open at; `panel`: what stands beside the text. */
  validateSearch: (it): { t?: number; panel?: string } => ({
    t: Number.isFinite(Number(it.t)) && it.t !== undefined ? Number(it.t) : undefined,
    panel: text(it.panel),
  }),
  component: page(() => import('../features/conversation/page.tsx'), 'ConversationPage', conversationMessages),
})
export const searchRoute = createRoute({
  getParentRoute: () => inside,
  path: 'search',
  validateSearch: (it): { q?: string } => ({ q: text(it.q) }),
  component: page(() => import('../features/search/page.tsx'), 'SearchPage', searchMessages),
})
export const askRoute = createRoute({
  getParentRoute: () => inside,
  path: 'ask',
  validateSearch: (it): { q?: string } => ({ q: text(it.q) }),
  component: page(
    async () => (await Promise.all([import('../features/understanding/ask-page.tsx'), words(searchMessages)]))[0],
    'AskPage',
    understandingMessages,
  ),
})
export const settingsRoute = createRoute({
  getParentRoute: () => inside,
  path: 'settings',
  validateSearch: (it): { part?: string } => ({ part: text(it.part) }),
  component: page(() => import('../features/settings/page.tsx'), 'SettingsPage', settingsMessages),
})
export const adminRoute = createRoute({
  getParentRoute: () => inside,
  path: 'admin',
  validateSearch: (it): { part?: string } => ({ part: text(it.part) }),
  beforeLoad: ({ context }) => {
    if (context.user.role !== 'admin') throw redirect({ to: '/library' })
  },
  component: page(() => import('../features/admin/page.tsx'), 'AdminPage', adminMessages),
})
export const welcomeRoute = createRoute({
  getParentRoute: () => inside,
  path: 'welcome',
  /** Where the mail of the registration went. */
  validateSearch: (it): { mail?: 'smtp' | 'outbox' } => ({
    mail: (['smtp', 'outbox'] as const).find((one) => one === it.mail),
  }),
  component: page(() => import('../features/welcome/page.tsx'), 'WelcomePage', welcomeMessages),
})
const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/library' })
  },
})

const tree = root.addChildren([
  start,
  outside.addChildren([loginRoute, registerRoute, forgotRoute, resetRoute, verifyRoute]),
  inside.addChildren([
    libraryRoute,
    liveRoute,
    uploadRoute,
    conversationRoute,
    searchRoute,
    askRoute,
    settingsRoute,
    adminRoute,
    welcomeRoute,
  ]),
])

export const router = createRouter({
  routeTree: tree,
  history: createHashHistory(),
  defaultPreload: 'intent',
  defaultPreloadDelay: 60,
  // A page that is here soon shows no waiting state at all.
  defaultPendingMs: 300,
  defaultPendingMinMs: 200,
  defaultPendingComponent: Opening,
  defaultErrorComponent: Failed,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
