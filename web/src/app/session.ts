import { login, logout, me, type User } from '@mina/contract'
import { MutationCache, QueryCache, QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { type ApiError, isApiError } from '../api/failure.ts'
import { csrfToken } from '../api/session-cookies.ts'

/** Failures that another try can mend; the rest is an answer. */
const transient = new Set(['offline', 'unavailable', 'timeout', 'timeout_request', 'internal'])

/** Some call was refused: look whether the session still stands. Whoever is signed out is led to the door by the guard. */
function doubt(failure: Error, about?: readonly unknown[]) {
  if (isApiError(failure, 'unauthorized') && about?.[0] !== 'session')
    void queries.invalidateQueries({ queryKey: ['session'] })
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

const key = 'mina.user'

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
    return user
  } catch (failure) {
    if (isApiError(failure, 'unauthorized')) {
      remembered.write(null)
      return null
    }
    const user = remembered.read()
    if (user) return user
    throw failure
  }
}

export const sessionQuery = queryOptions<User | null, ApiError>({
  queryKey: ['session'],
  queryFn: whoAmI,
  staleTime: 60_000,
})

export const useUser = () => useQuery(sessionQuery, queries).data ?? null

export function userChanged(user: User) {
  remembered.write(user)
  queries.setQueryData(sessionQuery.queryKey, user)
}

export async function signIn(email: string, password: string) {
  const { user } = await call(login, { body: { email, password } })
  queries.clear()
  userChanged(user)
  return user
}

const leaving = new Set<() => unknown>()

/** Work that must not go on for whoever signs in next: ended while the session still stands. */
export function beforeSignOut(end: () => unknown) {
  leaving.add(end)
  return () => void leaving.delete(end)
}

/** What this browser knew of the person goes too, except sound that is not sent yet: that is deleted only by its owner. */
export async function signOut() {
  await Promise.all([...leaving].map((end) => end()))
  await call(logout).catch((failure) => {
    if (!isApiError(failure, 'unauthorized')) throw failure
  })
  remembered.write(null)
  queries.clear()
  queries.setQueryData(sessionQuery.queryKey, null)
}
