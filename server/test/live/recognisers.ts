import type { Recogniser } from '../../src/speech/port.ts'
import type { Recognisers } from '../../src/speech/registry.ts'

/** One engine as the whole registry. */
export const only = (engine: Recogniser): Recognisers => ({
  all: [engine],
  names: [engine.name],
  get: () => engine,
  pick: () => engine,
  close: async () => {},
})
