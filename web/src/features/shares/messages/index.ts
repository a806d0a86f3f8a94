import { catalogue } from '../../../i18n/index.ts'

export const shareMessages = catalogue({ en: () => import('./en.ts'), it: () => import('./it.ts') })
