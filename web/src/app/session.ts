import { login, logout, me, type User } from '@mina/contract'
import { MutationCache, QueryCache, QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { type ApiError, isApiError, tellSettings } from '../api/failure.ts'
import { csrfToken } from '../api/session-cookies.ts'
import { setTimeZone } from '../i18n/index.ts'

/** Failures that another try can mend; the rest is an answer. */
const transient = new Set(['offline', 'unavailable', 'timeout', 'timeout_request', 'internal'])

/** Some call was refused: look whether the session still stands. Whoever is signed out is led to the door by the guard. */
function doubt(failure: Error, about?: readonly unknown[]) {
  if (isApiError(failure, 'unauthorized') && about?.[0] !== sessionKey[0])
    void queries.invalidateQueries({ queryKey: sessionKey })
}

export const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (failure, query) => doubt(failure, query.queryKey) }),
  mutationCache: new MutationCache({ onError: (failure) => doubt(failure) }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 30 * 60_000,
      // Offline the cached answer is shown; the query runs again when the connection is back.
      networkMode: 'always',
      retry: (tries, failure) => isApiError(failure) && transient.has(failure.code) && tries < 2,
    },
    mutations: { networkMode: 'always' },
  },
})

const leaving = new Set<() => unknown>()

/** Work that must not go on for whoever is here next: ended while the session still stands. */
export function beforeSignOut(end: () => unknown) {
  leaving.add(end)
  return () => void leaving.delete(end)
}

const endings = () => [...leaving].map(async (end) => end())

let owner: string | undefined

/** Days follow their time zone. Where nobody signed out, yet somebody else is here, what was begun for the other ends. */
async function hereIs(user: User) {
  const before = owner
  owner = user.id
  setTimeZone(user.tz)
  tellSettings(user.role === 'admin')
  if (before === undefined || before === user.id) return
  await Promise.allSettled(endings())
  queries.removeQueries({ predicate: (it) => it.queryKey[0] !== sessionKey[0] })
}

const key = 'mina.user'
const sessionKey = ['session'] as const

/** Who was signed in here last, so that the app opens, and records, while there is no connection. */
const remembered = {
  read: (): User | null => {
    try {
      return JSON.parse(localStorage.getItem(key) ?? 'null')
    } catch {
      return null
    }
  },
  write: (user: User | null) => {
    try {
      if (user) localStorage.setItem(key, JSON.stringify(user))
      else localStorage.removeItem(key)
    } catch {
      // Without storage the app still works while there is a connection.
    }
  },
}

/** Null means signed out; offline it answers who was here last. */
async function whoAmI(): Promise<User | null> {
  // Without the readable cookie of the session there is none: no need to ask, and to be refused.
  if (csrfToken() === undefined) {
    remembered.write(null)
    return null
  }
  try {
    const { user } = await call(me)
    remembered.write(user)
    await hereIs(user)
    return user
  } catch (failure) {
    if (isApiError(failure, 'unauthorized')) {
      remembered.write(null)
      return null
    }
    const user = remembered.read()
    if (!user) throw failure
    await hereIs(user)
    return user
  }
}

export const sessionQuery = queryOptions<User | null, ApiError>({
  queryKey: sessionKey,
  queryFn: whoAmI,
  staleTime: 60_000,
})

export const useUser = () => useQuery(sessionQuery, queries).data ?? null

export function userChanged(user: User) {
  void hereIs(user)
  remembered.write(user)
  queries.setQueryData(sessionQuery.queryKey, user)
}

export async function signIn(email: string, password: string) {
  const { user } = await call(login, { body: { email, password } })
  await hereIs(user)
  queries.clear()
  userChanged(user)
  return user
}

/** What this browser knew of the person goes too, except sound that is not sent yet: that is deleted only by its owner. */
export async function signOut() {
  await Promise.all(endings())
  owner = undefined
  setTimeZone(undefined)
  tellSettings(false)
  await call(logout).catch((failure) => {
    if (!isApiError(failure, 'unauthorized')) throw failure
  })
  remembered.write(null)
  queries.clear()
  queries.setQueryData(sessionQuery.queryKey, null)
}
