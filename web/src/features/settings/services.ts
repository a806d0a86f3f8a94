interface Used {
  service: string
  requests: number
  audio_seconds: number
}

/** By engine as people know it: the ledger tells uploads from calls of the API, which are one here. */
export function byEngine(all: readonly Used[], nameOf: (engine: string) => string) {
  const sums = new Map<string, Used>()
  for (const { service, requests, audio_seconds } of all) {
    const name = nameOf(service.replace(/^transcription\./, ''))
    const before = sums.get(name)
    sums.set(name, {
      service: name,
      requests: requests + (before?.requests ?? 0),
      audio_seconds: audio_seconds + (before?.audio_seconds ?? 0),
    })
  }
  return [...sums.values()].sort((a, b) => b.audio_seconds - a.audio_seconds || b.requests - a.requests)
}
