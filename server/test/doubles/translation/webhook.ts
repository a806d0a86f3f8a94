import { type Double, startDouble } from './server.ts'

/** A webhook of the kind that Make.com gives out: takes a form, says "Accepted". */
export const startWebhookDouble = (): Promise<Double> =>
  startDouble({
    failure: (status) => ({ error: `failed with ${status}` }),
    answer: (request) =>
      request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')
        ? { json: 'Accepted' }
        : { status: 400, json: { error: 'no form' } },
  })

export const formOf = (body: string) => Object.fromEntries(new URLSearchParams(body))
