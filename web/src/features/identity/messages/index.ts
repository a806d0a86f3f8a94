import { catalogue } from '../../../i18n/index.ts'

export const identityMessages = catalogue({ en: () => import('./en.ts'), it: () => import('./it.ts') })
