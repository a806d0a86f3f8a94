import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** The journeys: a real browser, the built web app, the whole server. One at a time, because each is several processes. */
export default defineConfig({
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  test: {
    include: ['server/test/browser/**/*.test.ts'],
    globalSetup: ['server/test/globalSetup.ts', 'server/test/browser/build.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // Machines that are shared stall for seconds. Who passes at a second try is named in the report; who never does, fails.
    retry: 2,
    expect: { poll: { timeout: 15_000 } },
  },
})
