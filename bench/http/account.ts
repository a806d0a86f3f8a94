export const account = { email: 'bench@example.org', password: 'a bench needs a password 7' }

/** Signs the bench's account up. */
export async function enter(base: string) {
  const answer = await fetch(`${base}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  })
  if (!answer.ok) throw new Error(`Nobody could sign up: ${await answer.text()}`)
  const cookies = answer.headers.getSetCookie().map((it) => it.split(';')[0] ?? '')
  const { user } = (await answer.json()) as { user: { id: string } }
  const csrf = cookies.find((it) => it.includes('csrf='))?.split('=')[1] ?? ''
  return { id: user.id, headers: { cookie: cookies.join('; '), 'x-csrf-token': csrf } }
}
