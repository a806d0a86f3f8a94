import { catalogue } from '../../../i18n/index.ts'

export const liveMessages = catalogue({ en: () => import('./en.ts'), it: () => import('./it.ts') })
