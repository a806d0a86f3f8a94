import { lookup as systemLookup } from 'node:dns/promises'

export interface Resolved {
  address: string
  family: number
}

export type Lookup = (host: string) => Promise<Resolved[]>

export const lookupAll: Lookup = (host) => systemLookup(host, { all: true, verbatim: true })
