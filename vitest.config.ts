import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{contract,server,web,scripts}/**/*.test.ts', 'web/**/*.test.tsx'],
    exclude: ['**/node_modules/**', 'server/test/browser/**'],
    globalSetup: ['server/test/globalSetup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Machines that are shared stall for seconds. Who passes at a second try is named in the report; who never does, fails.
    retry: 2,
    // To wait for something is no deadline: a busy machine gets its time.
    expect: { poll: { timeout: 15_000 } },
  },
})
