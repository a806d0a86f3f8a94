/** The part of vitest's JSON report that is counted. */
interface Report {
  numPassedTests: number
  numFailedTests: number
  testResults: { status: string; assertionResults: unknown[] }[]
}

/** Counts from vitest's own report. A file that can not even be loaded counts as one that failed. */
export const countReport = (report: Report, exitCode: number | null): { passed: number; failed: number } => {
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
  const failed = report.numFailedTests + broken.length
  // An error outside of any test (unhandled, or in the set-up) has no test to its name.
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed }
}
