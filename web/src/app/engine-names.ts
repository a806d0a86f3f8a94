import { useMemo } from 'react'
import { useWords } from '../i18n/index.ts'
import { shell } from '../i18n/shell/index.ts'

/** The engines as their makers call them; whatever is listed nowhere is a model, and has its name already. */
const makers: Record<string, string> = {
  assemblyai: 'AssemblyAI',
  deepgram: 'Deepgram',
  deepseek: 'DeepSeek',
  google: 'Google Translate',
  libretranslate: 'LibreTranslate',
  openai: 'OpenAI',
}

/** What people call an engine that recognises or translates. */
export function useEngineName() {
  const words = useWords(shell)
  return useMemo(() => {
    const own: Record<string, string> = {
      local: words('engine.local'),
      llm: words('engine.llm'),
      live: words('engine.live'),
      sample: words('engine.sample'),
      client: words('engine.client'),
    }
    return (engine: string) => makers[engine] ?? own[engine] ?? engine
  }, [words])
}

/** A translation's `local` engine is no part of Mina, unlike the recogniser of that name: it is the operator's language model. */
export function useTranslatorName() {
  const nameOf = useEngineName()
  return (engine: string) => nameOf(engine === 'local' ? 'llm' : engine)
}
