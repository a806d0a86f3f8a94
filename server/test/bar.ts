// The counts of docs/bar.md: small and quick in `npm test`, whole in `npm run bar`, which sets BAR=full.
const full = process.env.BAR === 'full'
const count = (small: number, whole: number) => (full ? whole : small)

export const bar = {
  fuzzCases: count(200, 10_000),
  mutations: count(300, 10_000),
  /** Breaks of a live link, and uploads that are broken off. */
  breaks: count(10, 100),
  kills: count(10, 100),
  /** Failed log-ins whose times are compared. */
  logins: count(20, 200),
  /** The same cases at every run; another number for other cases. */
  seed: Number(process.env.BAR_SEED ?? 20_261_121),
  /** How long a test that counts may take: the small time, or enough for the whole count. */
  patience: (ms: number) => count(ms, ms * 60),
}
