import { catalogue } from '../../../i18n/index.ts'

export const understandingMessages = catalogue({ en: () => import('./en.ts'), it: () => import('./it.ts') })
