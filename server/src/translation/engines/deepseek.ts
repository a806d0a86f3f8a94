import type { TranslationEngine } from '../port.ts'
import { type HostedChatSettings, hostedChat } from './hosted-chat.ts'

export const deepseekEngine = (settings: HostedChatSettings): TranslationEngine =>
  hostedChat(settings, {
    name: 'deepseek',
    label: 'DeepSeek',
    keyVariable: 'DEEPSEEK_API_KEY',
    baseUrl: 'https://api.deepseek.com',
    model: 'deepseek-flash',
    // It knows JSON answers, but no schema for them.
    structure: 'json_object',
    // It thinks by default, at length and for money; translating needs none of it.
    extra: { thinking: { type: 'disabled' } },
  })
