import type { Endpoint } from '../contract/src/index.ts'
import * as contract from '../contract/src/index.ts'

const isEndpoint = (it: unknown): it is Endpoint =>
  typeof it === 'object' && it !== null && 'path' in it && 'method' in it && 'family' in it

/** Every call that the contract describes. */
export const endpoints: readonly Endpoint[] = (Object.values(contract) as unknown[]).filter(isEndpoint)
