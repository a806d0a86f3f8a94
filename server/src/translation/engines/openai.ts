import type { TranslationEngine } from '../port.ts'
import { type HostedChatSettings, hostedChat } from './hosted-chat.ts'

export const openaiEngine = (settings: HostedChatSettings): TranslationEngine =>
  hostedChat(settings, {
    name: 'openai',
    label: 'OpenAI',
    keyVariable: 'OPENAI_API_KEY',
    baseUrl: 'https://api.openai.com/v1',
    model: 'gpt-4o-mini',
    structure: 'json_schema',
  })
