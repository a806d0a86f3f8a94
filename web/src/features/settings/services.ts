interface Used {
  service: string
  requests: number
  audio_seconds: number
}

/** The engines as their makers call them; whoever is not listed is a model, and has its name already. */
const makers: Record<string, string> = {
  assemblyai: 'AssemblyAI',
  deepgram: 'Deepgram',
  deepseek: 'DeepSeek',
  google: 'Google Translate',
  libretranslate: 'LibreTranslate',
  openai: 'OpenAI',
}

/** By engine as people know it: the ledger tells uploads from calls of the API, which are one here. */
export function byEngine(all: readonly Used[], say: { local: string; model: string }) {
  const named: Record<string, string> = { ...makers, local: say.local, llm: say.model }
  const sums = new Map<string, Used>()
  for (const { service, requests, audio_seconds } of all) {
    const engine = service.replace(/^transcription\./, '')
    const name = named[engine] ?? engine
    const before = sums.get(name)
    sums.set(name, {
      service: name,
      requests: requests + (before?.requests ?? 0),
      audio_seconds: audio_seconds + (before?.audio_seconds ?? 0),
    })
  }
  return [...sums.values()].sort((a, b) => b.audio_seconds - a.audio_seconds || b.requests - a.requests)
}
