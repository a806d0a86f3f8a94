import { catalogue } from '../../../i18n/index.ts'

export const adminMessages = catalogue({ en: () => import('./en.ts'), it: () => import('./it.ts') })
